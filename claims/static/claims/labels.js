// The theme's chooser of rows draws a search box of its own: give it the name of the field it stands for.
"use strict";

(() => {
  const name = (box) => {
    const field = box.closest(".select2-container")?.previousElementSibling;
    const label = field?.id && document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    box.setAttribute("aria-label", label ? label.textContent.trim() : (field?.name || "…"));
  };
  const look = () => document.querySelectorAll(".select2-search__field:not([aria-label])").forEach(name);
  document.addEventListener("DOMContentLoaded", () => {
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
})();
