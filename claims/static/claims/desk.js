/* Keys for the editors' queue: each presses a button, follows a link or opens a choice that stands on the page.

   [data-key] names the key of a button or link, [data-opens] that of a choice (<details>); within an open choice digits
   press its [data-digit] buttons, and 0 goes to [data-digit-opens]. [data-focus] names the key that leads to a box. Without this script everything is done by hand. */
"use strict";
(() => {
  const writing = (element) =>
    element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.closest(".select2-container--open");

  const opened = () => document.querySelector("details[data-opens][open]");

  const close = () => {
    const choice = opened();
    if (!choice) return false;
    choice.open = false;
    choice.querySelector("summary").focus();
    return true;
  };

  /* One act a page: a key held down, or struck twice, must not act on what comes next. */
  let left = false;
  const press = (element) => {
    if (left) return;
    left = true;
    element.click();
  };

  const open = (choice) => {
    for (const other of document.querySelectorAll("details[data-opens][open]")) other.open = other === choice;
    choice.open = true;
    const first = choice.querySelector("button") || choice.querySelector("summary");
    if (first) first.focus();
  };

  const take = (key) => {
    const choice = opened();
    if (choice && /^[0-9]$/.test(key)) {
      const button = choice.querySelector(`[data-digit="${key}"]`);
      const box = document.querySelector(`[data-digit-opens="${key}"]`);
      if (button) press(button);
      else if (box && choice.dataset.opens === "r") box.focus();
      return Boolean(button || box);
    }
    for (const details of document.querySelectorAll("details[data-opens]")) {
      if (details.dataset.opens !== key) continue;
      if (details.open) close();
      else open(details);
      return true;
    }
    const box = document.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    if (box) {
      box.focus();
      return true;
    }
    for (const element of document.querySelectorAll("[data-key]")) {
      if (element.dataset.key !== key || element.disabled) continue;
      press(element);
      return true;
    }
    return false;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (event.key === "Escape") {
      if (writing(event.target)) event.target.blur();
      else if (close()) event.preventDefault();
      return;
    }
    if (!writing(event.target) && take(event.key.toLowerCase())) event.preventDefault();
  });

  window.addEventListener("pageshow", () => { left = false; });
  document.documentElement.dataset.keys = "on";

  /* Whoever comes to a form for one of its fields (#party, #claim) finds it open. */
  window.addEventListener("load", () => {
    const box = /^#[a-z]+$/.test(location.hash) && document.querySelector(`#id_${location.hash.slice(1)}`);
    if (!box) return;
    const jQuery = window.django && window.django.jQuery;
    const show = () => {
      if (jQuery && jQuery(box).data("select2")) jQuery(box).select2("open");
      else box.focus();
    };
    /* The choosers are made once jQuery says that the page is ready, which may be after it has loaded. */
    if (jQuery) jQuery(() => setTimeout(show));
    else show();
  });
})();
