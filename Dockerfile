# The book on a GPU, in a container. The host has NVIDIA's driver and container toolkit, and no more:
# CUDA comes with TensorFlow's wheels, in the versions and with the hashes of locks/gpu.txt.
#
#   docker build --tag convbook .
#   docker run --rm --gpus all --user "$(id -u):$(id -g)" --volume "$PWD:/book" convbook
#
# The tag names releases of Python and Debian. To build from the same image in a year, put the digest
# behind it that "docker buildx imagetools inspect python:3.11-slim-bookworm" shows: "@sha256:...".
FROM python:3.11-slim-bookworm

# Git tells the colophon the commit; the folder that is mounted belongs to somebody else. Debian keeps
# one version of a package: a pinned one would be gone after its next update.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory /book

WORKDIR /book
COPY locks/gpu.txt /tmp/
RUN python3 -m pip install --no-cache-dir --require-hashes --only-binary :all: -r /tmp/gpu.txt

# In place: what is mounted over /book later is what runs.
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN python3 -m pip install --no-cache-dir --no-deps --no-build-isolation --editable .

ENV HOME=/tmp CONVBOOK_CACHE=/book/build/cache
CMD ["python3", "-m", "bookbuild.editions.site", "--device", "gpu"]
