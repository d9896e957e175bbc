FROM rust:1.95-bookworm AS builder
WORKDIR /build

# The dependencies alone, with an empty program: this layer lasts until they change.
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
    && echo 'fn main() {}' > src/main.rs \
    && touch src/lib.rs \
    && cargo build --release --locked \
    && cargo clean --release --locked --package patchbay \
    && rm -r src

# Templates and static files are compiled into the binary.
COPY static static
COPY templates templates
COPY src src
RUN cargo build --release --locked


FROM debian:bookworm-slim

# redis-server is the embedded default; the certificates are for the providers.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates redis-server \
    && rm -rf /var/lib/apt/lists/*

RUN groupadd --gid 10001 patchbay \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin patchbay \
    && install -d -o patchbay -g patchbay -m 0700 /data

COPY --from=builder /build/target/release/patchbay /usr/local/bin/patchbay
COPY LICENSE-APACHE LICENSE-MIT /usr/share/doc/patchbay/

LABEL org.opencontainers.image.title="Patchbay" \
      org.opencontainers.image.description="A self-hosted integration hub for HubSpot, Notion and Airtable" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.vendor="The Patchbay contributors"

ENV PATCHBAY_BIND=0.0.0.0:8000 \
    PATCHBAY_DATA_DIR=/data

USER 10001:10001
# Configuration files are looked for in the working folder: /data/patchbay.toml.
WORKDIR /data
VOLUME /data
EXPOSE 8000

# An orderly end may take 15 seconds; give `docker stop` more than its 10 (`--time 20`).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["patchbay", "healthcheck"]

ENTRYPOINT ["patchbay"]
CMD ["serve"]
