./doubleword providers add warehouse --base-url "$MODEL_SERVER_URL"
./doubleword models add team/assistant --provider warehouse --type chat --upstream sim-chat
./doubleword models test team/assistant
