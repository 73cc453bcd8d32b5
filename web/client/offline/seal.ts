/**
 * Seals a visit so that only the server can read it: a compact JWE (RFC 7516)
 * with RSA-OAEP-256 and A256GCM, made by WebCrypto alone.
 */
import { randomBytes } from "./lock";

/** A public key of the server, as GET /visits/key gives it. */
export interface ServerKey {
	kty: string;
	n: string;
	e: string;
	kid: string;
	alg: string;
	use: string;
}

const base64url = (b: ArrayBuffer | Uint8Array) =>
	btoa(Array.from(new Uint8Array(b), (c) => String.fromCharCode(c)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** The length of the tag that A256GCM appends, in bytes. */
const tagLength = 16;

/** Seals the payload under the key; head names whose it is. */
export async function seal(server: ServerKey, head: { sub: string; org: string; jti: string }, payload: unknown): Promise<string> {
	const text = new TextEncoder();
	const to = await crypto.subtle.importKey(
		"jwk", { kty: server.kty, n: server.n, e: server.e, ext: true }, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"],
	);
	const secret = randomBytes(32);
	const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt"]);
	const header = base64url(text.encode(JSON.stringify({ alg: "RSA-OAEP-256", enc: "A256GCM", kid: server.kid, typ: "visit+jwe", ...head })));
	const iv = randomBytes(12);
	const sealed = new Uint8Array(
		await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(header) }, key, text.encode(JSON.stringify(payload))),
	);
	return [
		header,
		base64url(await crypto.subtle.encrypt("RSA-OAEP", to, secret)),
		base64url(iv),
		base64url(sealed.subarray(0, -tagLength)),
		base64url(sealed.subarray(-tagLength)),
	].join(".");
}
