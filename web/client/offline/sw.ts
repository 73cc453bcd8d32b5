/**
 * The service worker: keeps the shell of the app (page, style, scripts, icon)
 * so that it opens without a connection, and nothing else. The server puts
 * self.shell in front: the files and a version that changes with them.
 */
import { wipeWhenOver } from "./store";

declare const self: ServiceWorkerGlobalScope & { shell: { version: string; files: string[] } };

const name = "shell-" + self.shell.version;
const page = "/offline";

/** How long the app's page is waited for before the kept one is shown, in milliseconds. */
const patience = 3000;

self.addEventListener("install", (e) => {
	const fresh = self.shell.files.map((f) => new Request(f, { cache: "no-cache" }));
	e.waitUntil(caches.open(name).then((c) => c.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (e) => {
	const clean = async () => {
		for (const old of await caches.keys()) {
			if (old.startsWith("shell-") && old !== name) {
				await caches.delete(old);
			}
		}
		await wipeWhenOver();
		await self.clients.claim();
	};
	e.waitUntil(clean());
});

self.addEventListener("fetch", (e) => {
	const url = new URL(e.request.url);
	if (e.request.method !== "GET" || url.origin !== location.origin) {
		return;
	}
	if (url.pathname === page) {
		e.waitUntil(wipeWhenOver());
		e.respondWith(shellPage());
	} else if (e.request.mode === "navigate") {
		e.respondWith(fetch(e.request).catch(() => Response.redirect(page)));
	} else if (url.pathname.startsWith("/static/")) {
		e.respondWith(caches.match(e.request, { ignoreVary: true }).then((kept) => kept ?? fetch(e.request)));
	}
});

/** The newest page, kept when it belongs to this version; without a connection the kept one. */
async function shellPage(): Promise<Response> {
	try {
		const fresh = await fetch(page, { signal: AbortSignal.timeout(patience) });
		if (fresh.headers.get("X-Shell") === self.shell.version) {
			await (await caches.open(name)).put(page, fresh.clone());
		}
		if (fresh.ok) {
			return fresh;
		}
	} catch {
		// no connection
	}
	return (await caches.match(page, { ignoreVary: true })) ?? Response.error();
}

// News for a person who asked for them in this browser: a fixed sentence and
// the page to open, which asks who one is.
self.addEventListener("push", (e) => {
	const news: { id: string; title: string; url: string } = e.data!.json();
	e.waitUntil(self.registration.showNotification(news.title, { tag: news.id, data: news.url }));
});

self.addEventListener("notificationclick", (e) => {
	e.notification.close();
	e.waitUntil(self.clients.openWindow(e.notification.data));
});
