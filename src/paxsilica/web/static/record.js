"use strict";
// Files may be dropped anywhere on the page, and sending says that the text is being read.
const form = document.getElementById("record");
const files = document.getElementById("files");
addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("over");
});
addEventListener("dragleave", () => form.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  if (event.dataTransfer.files.length) files.files = event.dataTransfer.files;
});
form.addEventListener("submit", (event) => {
  const size = [...files.files].reduce((sum, file) => sum + file.size, 0);
  const most = Number(form.dataset.most);
  if (size > most) event.preventDefault();
  document.getElementById("reading").textContent =
    size > most ? `These files have ${size.toLocaleString("en")} bytes; a page takes ${most.toLocaleString("en")}.` : "Reading. This takes some seconds.";
});
