# MODEL_SERVER_URL is where your model server listens, such as http://gpu-box:8000/v1
./doubleword providers add gpu-box --base-url "$MODEL_SERVER_URL" --discover
./doubleword models list
