// Buttons that copy a scenario, and a tap that shows what a marked word's tooltip says. Without it the page stays readable.
for (const pre of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.className = "copy";
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(pre);
    const copied = await navigator.clipboard?.writeText(pre.textContent).then(() => true, () => false);
    button.textContent = copied || document.execCommand("copy") ? "Copied" : "Selected: press Ctrl+C";
  });
  pre.before(button);
}
for (const says of document.querySelectorAll("output.says")) {
  document.addEventListener("click", (event) => {
    const marked = event.target.closest(".text [title]");
    says.hidden = !marked;
    says.textContent = marked ? marked.title : "";
  });
}
