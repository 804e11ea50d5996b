# One image for every part: `serve`, `worker NAME` and all other commands. It runs as an account without rights.
FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
# Locks have a hash for each package, so pip takes nothing else: of what builds, and of what runs.
COPY requirements.build.lock requirements.image.lock ./
RUN python -m venv /opt/build && /opt/build/bin/pip install --require-hashes -r requirements.build.lock
RUN python -m venv /opt/holdfast && /opt/holdfast/bin/pip install --require-hashes -r requirements.image.lock
COPY . .
# Builds the pages and then the wheel; what built it stays behind in this stage.
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/holdfast/bin/pip install --no-deps /wheels/*.whl

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /home/holdfast holdfast \
    && install -d -o holdfast -g holdfast /var/lib/holdfast
COPY --from=build /opt/holdfast /opt/holdfast
ENV PATH=/opt/holdfast/bin:$PATH PYTHONUNBUFFERED=1 HOLDFAST_DATA_DIR=/var/lib/holdfast
USER holdfast
WORKDIR /var/lib/holdfast
EXPOSE 8000
# Ctrl-C and `docker stop` drain.
STOPSIGNAL SIGTERM
ENTRYPOINT ["holdfast"]
CMD ["serve", "--host", "0.0.0.0"]
