/* A sentence is tried without leaving the page, with what stands in the party's form, saved or not: the answer's part is
   put in here. Without this script, or where no answer comes, the form opens it in a window of its own, as saved. */
"use strict";
(() => {
  const form = document.querySelector("form[data-try]");
  if (!form) return;
  const place = document.querySelector(form.dataset.try);
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = new FormData(form);
    for (const [name, value] of new FormData(document.querySelector(form.dataset.with))) {
      if (!sent.has(name)) sent.append(name, value);
    }
    button.disabled = true;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const read = page.querySelector(form.dataset.try);
      if (!answer.ok || !read) throw new Error(String(answer.status));
      place.replaceChildren(...read.childNodes);
    } catch {
      form.submit();
    } finally {
      button.disabled = false;
      place.removeAttribute("aria-busy");
    }
  });
})();
