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
form.addEventListener("submit", () => {
  document.getElementById("reading").textContent = "Reading. This takes some seconds.";
});
