// Before anything is painted: a theme that was chosen is there from the first frame.
try {
  const theme = localStorage.getItem("dispatch.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme holds.
}
