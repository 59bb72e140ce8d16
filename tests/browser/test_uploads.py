"""A supervisor uploads calls with a table, sees them come along, and finds what was said."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.test_pages import look_over
from tests.recordings_intake.conftest import stereo_wav

TABLE = """file;agent;date;queue;Case
card.wav;nina;2026-02-01 10:00;cards;4711
broken.wav;nobody;2026-02-01;cards;4712
"""
MENDED = TABLE.replace("nobody", "nina")
PICTURES = os.environ.get("PICTURES", "")


def test_from_the_desk_to_the_transcript(open_desk: OpenDesk, tmp_path: Path) -> None:
    (tmp_path / "card.wav").write_bytes(stereo_wav())
    (tmp_path / "broken.wav").write_bytes(stereo_wav()[:80])
    (tmp_path / "notes.txt").write_text("no sound")
    (tmp_path / "wrong.csv").write_text(TABLE)
    (tmp_path / "right.csv").write_text(MENDED)
    (tmp_path / "short.csv").write_text(MENDED.rpartition("broken.wav")[0])
    desk = open_desk()
    page = desk.page

    def picture(name: str) -> None:
        if PICTURES:
            for scheme, width in (("light", 1280), ("dark", 360)):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
            page.set_viewport_size({"width": 1280, "height": 800})

    desk.sign_in("sam")
    page.goto("/recordings")
    desk.get("upload").first.click()

    # Choosing: what is no recording is told at once; so is a wrong row of the table.
    files = [tmp_path / name for name in ("card.wav", "broken.wav", "notes.txt")]
    desk.get("choose").set_input_files(files)
    expect(desk.get("file-2")).to_contain_text("Only WAV, FLAC, OGG and MP3")
    page.locator(".csv > summary").click()
    desk.get("field-csv").set_input_files(tmp_path / "wrong.csv")
    report = desk.get("csv-report")
    expect(report).to_contain_text("belong to chosen files: 1")
    expect(report).to_contain_text("Line 3 · broken.wav: “nobody” is no one")
    expect(report).to_contain_text("Case")
    expect(desk.get("file-1")).to_contain_text("Its row in the table is wrong")
    picture("upload-csv")
    look_over(desk)
    # A file that the table says nothing of is held, and goes without a row when that is meant.
    desk.get("field-csv").set_input_files(tmp_path / "short.csv")
    expect(desk.get("file-1")).to_contain_text("Held: the table has no row for it")
    expect(desk.get("file-1").get_by_text("Send it without a row")).to_be_visible()
    desk.get("field-csv").set_input_files(tmp_path / "right.csv")
    expect(desk.get("file-1")).not_to_contain_text("Held")
    expect(report).to_contain_text("chosen files: 2")
    expect(desk.get("file-0")).to_contain_text("nina")

    # Sending, once it is said that people knew.
    desk.get("send").click()
    expect(page.get_by_text("people who were not told")).to_be_visible()
    desk.get("consent").check()
    desk.get("send").click()
    expect(desk.get("all-sent")).to_contain_text("Files sent: 2")
    picture("upload-sent")

    # The same file again is told kindly, and sent only when it is wanted.
    page.reload()
    desk.get("choose").set_input_files(tmp_path / "card.wav")
    desk.get("consent").check()
    desk.get("send").click()
    expect(desk.get("file-0")).to_contain_text("Here already: card")
    desk.forgive("/recordings/uploads", "409")
    picture("upload-known")

    # Coming along: one is ready, one failed by itself.
    page.goto("/recordings")
    rows = page.locator("[data-upload-row]")
    broken = rows.filter(has_text="broken.wav")
    expect(broken).to_have_attribute("data-state", "failed")
    card = page.get_by_role("cell").get_by_role("link", name="card", exact=True)
    expect(rows.filter(has_text="card.wav").get_by_text("Ready").or_(card).first).to_be_visible()
    picture("list-coming")
    page.reload()
    expect(card).to_be_visible()
    look_over(desk)
    picture("list")

    # What is known of it can be mended.
    page.get_by_role("row").filter(has_text="card").get_by_text("Details").click()
    look_over(desk)
    picture("details")
    desk.get("field-title").fill("The lost card")
    desk.get("save").click()
    expect(desk.get("flash")).to_contain_text("The lost card")

    # Found by what was said, at its second.
    desk.get("field-q").fill('"speak to a" manag')
    desk.get("show").click()
    expect(desk.get("hit").locator("mark").last).to_have_text("manager")
    look_over(desk)
    picture("found")
    desk.get("hit").get_by_role("link").click()
    page.wait_for_url(re.compile(r"/recordings/\d+#t=\d+\.\d"))

    page.goto("/recordings")
    identity = broken.get_attribute("data-upload-row")
    desk.get(f"remove-{identity}-open").click()
    desk.get(f"remove-{identity}-yes").click()
    expect(broken).to_have_count(0)
    expect(rows.get_by_role("link", name="Listen")).to_have_count(1)

    # Somebody of another team sees none of it.
    other = open_desk()
    other.sign_in("jonas")
    other.page.goto("/recordings?q=manager")
    expect(other.page.get_by_text("The lost card")).to_have_count(0)
