FROM python:3.12-slim

RUN useradd --create-home --uid 1000 heart
WORKDIR /home/heart/app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY --chown=heart:heart .streamlit .streamlit
COPY --chown=heart:heart heart heart
COPY --chown=heart:heart pages pages
COPY --chown=heart:heart models models
COPY --chown=heart:heart streamlit_app.py .

USER heart
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "streamlit_app.py", "--server.headless", "true", "--server.address", "0.0.0.0"]
