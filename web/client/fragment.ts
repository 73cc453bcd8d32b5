/** Takes a code from behind the # of the address into its field, and out of the address. */
function take() {
	const code = document.querySelector<HTMLInputElement>("[data-fragment]");
	if (code && location.hash.length > 1) {
		code.value = decodeURIComponent(location.hash.slice(1));
		history.replaceState(null, "", location.pathname);
	}
}

take();
addEventListener("hashchange", take);

export {};
