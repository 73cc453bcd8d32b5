package web

import "testing"

// TestConsentIsReadAndSigned follows a consent given on the device from its
// words to what was shared under it, and to who saw the record.
func TestConsentIsReadAndSigned(t *testing.T) {
	s := newCounty(t)
	s.as("vega")
	patient, matches := s.matchesOf(t)
	refer := s.get(matches.link(t, "Refer here")).shows(t, 200, "New consent")
	review := s.send(refer, refer.address(), "step", stepReview, "signer.name", "Ana Lopez", "method", "electronic", "language", "es").
		shows(t, 200, "Read this to the person", "¿Puede Alder Community Health compartir", "Puede decir que no", "Ana Lopez types their name here")
	s.send(review, refer.address(), "step", stepSend).shows(t, 422, "Have the person type their name.")
	other := s.send(review, refer.address(), "step", stepSend, signatureField, "Inés Vega").shows(t, 422, "The person who agrees is Ana Lopez")
	s.send(other, refer.address(), "step", stepSend, signatureField, "ana lopez").shows(t, 200, "The referral is sent.")

	page := s.get(patient)
	consent := page.linkTo(t, patient+"/consents/")
	before := s.get(consent).shows(t, 200, "typed: ana lopez", "Taken by", "Inés Vega", "What has been shared", "nobody there has opened it", "The words the person heard", "¿Puede Alder Community Health compartir")
	s.send(before, consent+"/revoke").shows(t, 200, "The consent has ended")
	s.get(consent).shows(t, 200, "They had seen this before the consent ended")

	s.get(page.link(t, "Who saw this record")).shows(t, 200, "Opened the record", "Inés Vega", "Care team of the person")
	s.as("harris")
	s.get(patient+"/access").shows(t, 403) // an agency
}
