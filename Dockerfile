# The image has Patchbay, redis-server and what these two need, and nothing else: no shell, no package manager. It is built
# on the builder's own architecture for any other, so that nothing is emulated. See docs/decisions/0015.
FROM --platform=$BUILDPLATFORM rust:1.95-bookworm AS builder
ARG TARGETARCH
WORKDIR /build
ENV CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=x86_64-linux-gnu-gcc \
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc

COPY scripts/image scripts/image
RUN scripts/image/target.sh "$TARGETARCH" > /target
RUN scripts/image/packages.sh "$TARGETARCH" /packages

# The dependencies alone, with an empty program: this layer lasts until they change.
COPY Cargo.toml Cargo.lock ./
# Cargo wants every target to be there that the manifest names.
RUN mkdir -p src benches/loads tests/soak \
    && echo 'fn main() {}' \
        | tee src/main.rs tests/soak/main.rs benches/loads/main.rs benches/reading.rs > benches/vault.rs \
    && touch src/lib.rs \
    && cargo build --release --locked --target "$(cat /target)" \
    && cargo clean --release --locked --package patchbay --target "$(cat /target)" \
    && rm -r src

# Templates and static files are compiled into the binary.
COPY static static
COPY templates templates
COPY src src
RUN cargo build --release --locked --target "$(cat /target)"

COPY LICENSE-APACHE LICENSE-MIT ./
RUN scripts/image/root.sh /packages "target/$(cat /target)/release/patchbay" /image \
    && install -D -m 0644 -t /image/usr/share/doc/patchbay LICENSE-APACHE LICENSE-MIT \
    && scripts/image/licences.sh "$(cat /target)" > /image/usr/share/doc/patchbay/THIRD-PARTY


FROM scratch

COPY --from=builder /image/ /

ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.title="Patchbay" \
      org.opencontainers.image.description="A self-hosted integration hub for HubSpot, Notion and Airtable" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.vendor="The Patchbay contributors" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

ENV PATH=/usr/bin \
    PATCHBAY_BIND=0.0.0.0:8000 \
    PATCHBAY_DATA_DIR=/data

USER 10001:10001
# Configuration files are looked for in the working folder: /data/patchbay.toml.
WORKDIR /data
VOLUME /data
EXPOSE 8000

# An orderly end may take 15 seconds, and PATCHBAY_DRAIN before them; give `docker stop` more than its 10 (`--time 20`).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=3 CMD ["patchbay", "healthcheck"]

ENTRYPOINT ["patchbay"]
CMD ["serve"]
