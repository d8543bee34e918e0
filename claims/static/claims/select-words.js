/* Words selected in an article's text: where they stand, in code points, put into a link or a form on the page.

   The text is an element with [data-select]; [data-begin] says how many characters of the article stand before it.
   What stands within it under [data-aside] (footnotes) is no part of the text. Without this script words are typed. */
"use strict";
(() => {
  const HIGH = /[\uD800-\uDBFF]$/;

  const texts = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest("[data-aside]")) found.push(walker.currentNode);
    }
    return found;
  };

  /* Offsets in the page count UTF-16 units; a character beyond the basic plane has two, and is one code point. */
  const count = (words) => Array.from(words).length;

  /* How many characters of the text stand before a place in the page; a place within a character goes out of it. */
  const before = (root, node, offset, outwards) => {
    const place = document.createRange();
    place.setStart(node, offset);
    let sum = 0;
    for (const text of texts(root)) {
      if (text === node) {
        const cut = HIGH.test(text.data.slice(0, offset)) ? offset + outwards : offset;
        return sum + count(text.data.slice(0, cut));
      }
      if (place.comparePoint(text, 0) >= 0) return sum;
      sum += count(text.data);
    }
    return sum;
  };

  const selected = (root) => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(root)) return null;
    const within = document.createRange();
    within.selectNodeContents(root);
    if (range.compareBoundaryPoints(Range.START_TO_START, within) > 0) within.setStart(range.startContainer, range.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, within) < 0) within.setEnd(range.endContainer, range.endOffset);
    const words = Array.from(texts(root).map((text) => text.data).join(""));
    let start = before(root, within.startContainer, within.startOffset, -1);
    let end = before(root, within.endContainer, within.endOffset, 1);
    while (start < end && !words[start].trim()) start += 1;
    while (end > start && !words[end - 1].trim()) end -= 1;
    if (start >= end) return null;
    const begin = Number(root.dataset.begin);
    return { start: begin + start, end: begin + end, quote: words.slice(start, end).join("") };
  };

  /* The place in the page before which so many characters of the text stand. */
  const placeOf = (root, offset) => {
    let sum = 0;
    for (const text of texts(root)) {
      const characters = Array.from(text.data);
      if (sum + characters.length >= offset) return [text, characters.slice(0, offset - sum).join("").length];
      sum += characters.length;
    }
    return null;
  };

  /* The browser forgets a selection as soon as one goes on to type: what was chosen stays marked. */
  const mark = (range) => {
    if (CSS.highlights) CSS.highlights.set("chosen", new Highlight(range));
  };

  const offer = (chosen) => {
    for (const box of document.querySelectorAll("[data-selected]")) box.hidden = !chosen;
    for (const link of document.querySelectorAll("[data-selected-link]")) {
      const asked = new URLSearchParams(link.search);
      for (const name of ["start", "end"]) chosen ? asked.set(name, chosen[name]) : asked.delete(name);
      link.search = asked;
    }
    if (!chosen) return;
    for (const shown of document.querySelectorAll("[data-selected-words]")) shown.textContent = chosen.quote;
    for (const form of document.querySelectorAll("[data-selected-form]")) {
      for (const name of ["start", "end", "quote"]) form.elements[name].value = chosen[name];
    }
  };

  const root = document.querySelector("[data-select]");
  if (!root) return;
  const form = document.querySelector("[data-selected-form]");
  document.addEventListener("selectionchange", () => {
    const chosen = selected(root);
    // A form keeps what was selected last, while the editor goes on to type elsewhere.
    if (chosen || !form) offer(chosen);
    if (chosen && form) mark(document.getSelection().getRangeAt(0).cloneRange());
  });
  /* What was selected on the page before is shown selected here too. */
  if (form && form.elements.end.value) {
    const begin = Number(root.dataset.begin);
    const from = placeOf(root, Number(form.elements.start.value) - begin);
    const until = placeOf(root, Number(form.elements.end.value) - begin);
    if (from && until) {
      const range = document.createRange();
      range.setStart(...from);
      range.setEnd(...until);
      mark(range);
      from[0].parentElement.scrollIntoView({ block: "nearest" });
      if (!location.hash) form.querySelector("button[type=submit]").focus({ preventScroll: true });
    }
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const link = document.querySelector("[data-selected]:not([hidden]) [data-selected-link]");
    if (!link || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === link.getAttribute("aria-keyshortcuts")) link.click();
  });
})();
