"use strict";
// The page is whole without this: it adds a search over the operations and
// buttons that copy commands.
(() => {
  const search = document.getElementById("search");
  const words = document.getElementById("words");
  const found = document.getElementById("found");
  const groups = [...document.querySelectorAll("section.group")];
  const operations = [...document.querySelectorAll("article.operation")].map((article) => ({
    article,
    entry: document.querySelector(`nav li[data-for="${CSS.escape(article.id)}"]`),
    text: `${article.id} ${article.querySelector("h3").textContent} ${article.textContent}`.toLowerCase(),
  }));

  function filter() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const o of operations) {
      const is = wanted.every((w) => o.text.includes(w));
      o.article.hidden = !is;
      if (o.entry) o.entry.hidden = !is;
      shown += is;
    }
    for (const g of groups) g.hidden = !g.querySelector("article.operation:not([hidden])");
    found.textContent = wanted.length ? `${shown} of ${operations.length}` : "";
  }

  search.hidden = false;
  words.addEventListener("input", filter);
  document.addEventListener("keydown", (e) => {
    if (e.key === "/" && !e.ctrlKey && !e.metaKey && document.activeElement !== words) {
      e.preventDefault();
      words.focus();
    }
    if (e.key === "Escape" && document.activeElement === words) {
      words.value = "";
      filter();
    }
  });
  // A link to an operation that the search hides shows it again.
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      words.value = "";
      filter();
      target.scrollIntoView();
    }
  });

  if (navigator.clipboard) {
    for (const pre of document.querySelectorAll("pre.command")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(pre.querySelector("code").textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      pre.append(button);
    }
  }

  // On a narrow screen the contents would be in the way.
  if (matchMedia("(max-width: 60rem)").matches) document.querySelector("nav details").open = false;
})();
