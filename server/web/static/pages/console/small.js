/**
 * The desk in a small window that stays above other programs, where the browser can do that (Chromium 116 or newer, over
 * https or on the same machine); else in an ordinary small window.
 */
const SIZE = { width: 360, height: 760 };

/** @param {HTMLElement} root the page's own element @param {(event: KeyboardEvent) => void} pressed */
export async function openSmall(root, pressed) {
  const above = /** @type {any} */ (window).documentPictureInPicture;
  if (!above) {
    open(location.href, "motcua-console", `popup,width=${SIZE.width},height=${SIZE.height}`);
    return;
  }
  const small = await above.requestWindow(SIZE);
  const { document: inside } = small;
  inside.documentElement.lang = document.documentElement.lang;
  inside.documentElement.dataset.theme = document.documentElement.dataset.theme;
  inside.title = document.title;
  for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) inside.head.append(sheet.cloneNode());
  inside.body.className = document.body.className;
  inside.body.append(root);
  inside.addEventListener("keydown", pressed);
  // Closing the small window brings the desk home.
  small.addEventListener("pagehide", () => document.body.append(root));
}
