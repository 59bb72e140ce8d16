// Better guidance begins with the guidance there is, of whichever criterion is chosen.
const form = document.querySelector("form[data-guidance]");
if (form) {
  const { criterion, words } = form.elements;
  const there = () => criterion.selectedOptions[0]?.dataset.guidance ?? "";
  let before = there();
  criterion.addEventListener("change", () => {
    if (!words.value.trim() || words.value === before) words.value = there();
    before = there();
  });
}
