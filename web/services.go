package web

// Services are what the pages show and change. Each rule about who may do
// what lives in them.
type Services struct{}
