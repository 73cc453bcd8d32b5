# A small image with the one binary; the demo and the server both run from it.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/havenloop ./cmd/havenloop && mkdir /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/havenloop /havenloop
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
VOLUME /data
ENV HAVENLOOP_DATA=/data HAVENLOOP_ADDR=0.0.0.0:8080 HAVENLOOP_LOG_FORMAT=json
EXPOSE 8080
ENTRYPOINT ["/havenloop"]
CMD ["serve"]
