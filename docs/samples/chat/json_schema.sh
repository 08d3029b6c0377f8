curl --fail-with-body -sS "$DOUBLEWORD_API_BASE/chat/completions" \
  -H "Authorization: Bearer $DOUBLEWORD_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "doubleword-demo",
    "messages": [{"role": "user", "content": "Describe a port."}],
    "response_format": {
      "type": "json_schema",
      "json_schema": {
        "name": "port",
        "strict": true,
        "schema": {
          "type": "object",
          "properties": {"name": {"type": "string"}, "berths": {"type": "integer"}},
          "required": ["name", "berths"],
          "additionalProperties": false
        }
      }
    }
  }'
