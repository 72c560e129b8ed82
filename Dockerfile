# The page for a machine without a GPU; docs/deploy.md says how to run it.
FROM python:3.12-slim

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /app

# pip's default build of torch has several gigabytes of CUDA: TORCH_INDEX names an index of builds for the CPU.
ARG TORCH_INDEX=""
COPY requirements.txt ./
RUN pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "$(grep ^torch requirements.txt)"
RUN pip install -r requirements.txt

COPY app.py ./
COPY rnn_demo ./rnn_demo
COPY checkpoints ./checkpoints
RUN python -m compileall -q app.py rnn_demo

# Nothing is written but temporary files, in /tmp.
ENV GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 HOME=/tmp
USER 10001:10001
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health', timeout=4)"]
CMD ["python", "app.py"]
