id=$(./doubleword keys create --name nightly-job -o json | sed -n 's/.*"id" *: *"\(key_[^"]*\)".*/\1/p')

./doubleword keys rotate "$id" --overlap 1h   # a new secret; the old one works for another hour
./doubleword keys revoke "$id"                # ends it within a second, keeps its row
./doubleword keys list
