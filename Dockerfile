# The image for all parts: web (the default command), worker, scheduler and the migration step.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PATH=/opt/handover/bin:$PATH \
    VAR_DIR=/var/lib/handover \
    STATIC_ROOT=/srv/handover/staticfiles

WORKDIR /srv/handover

# The lock first: as long as it stays, so does this layer.
COPY requirements.lock ./
RUN python -m venv /opt/handover \
    && pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock \
    && useradd --system --uid 10001 --home-dir /var/lib/handover --create-home handover

COPY . .
# The keys are only for this step: settings ask for them, and nothing is signed or sealed here.
RUN python scripts/translations.py compile \
    && SECRETS_KEYS="$(python manage.py new_key)" SECRET_KEY=only-while-building \
    python manage.py collectstatic --noinput --verbosity 0 \
    && chown -R handover: /var/lib/handover

USER 10001
VOLUME /var/lib/handover
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "scripts/healthcheck.py"]

CMD ["gunicorn", "--config", "python:config.gunicorn"]
