package webpush

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
)

// recordSize is the size of the one record in bytes, with which push services
// work at the least. Source: RFC 8291, section 4.
const recordSize = 4096

// encrypt makes the body of a push message in the coding "aes128gcm" (RFC 8188)
// with the keys of RFC 8291, section 3.4. own is a key pair of this message
// alone, salt 16 random bytes.
func encrypt(text []byte, peer *ecdh.PublicKey, auth []byte, own *ecdh.PrivateKey, salt []byte) ([]byte, error) {
	shared, err := own.ECDH(peer)
	if err != nil {
		return nil, err
	}
	point := own.PublicKey().Bytes()
	info := "WebPush: info\x00" + string(peer.Bytes()) + string(point)
	ikm, err := hkdf.Key(sha256.New, shared, auth, info, 32)
	if err != nil {
		return nil, err
	}
	cek, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	// Header (RFC 8188, section 2.1): salt, record size, length of the key id,
	// key id; then the record, whose text ends with 2 as the last one.
	body := append([]byte{}, salt...)
	body = binary.BigEndian.AppendUint32(body, recordSize)
	body = append(append(body, byte(len(point))), point...)
	return gcm.Seal(body, nonce, append(text[:len(text):len(text)], 2), nil), nil
}
