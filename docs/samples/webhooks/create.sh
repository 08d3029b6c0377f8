curl --fail-with-body -sS "$DOUBLEWORD_URL/admin/api/v1/users/current/webhooks" \
  -H "Authorization: Bearer $DOUBLEWORD_PLATFORM_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "url": "https://example.com/hooks/doubleword",
    "event_types": ["batch.completed", "batch.failed", "batch.expired"],
    "description": "tells the nightly job that its answers are there"
  }'
