#!/usr/bin/env bash
# Sends one message and shows each received one once, with curl and jq.
# Usage: sse.sh URL USERNAME PASSWORD PEER
LOGIN='mutation Login($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { token } ... on Error { message } } }'
SEND='mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) { ... on Error { message } } }'
ACKNOWLEDGE='mutation Acknowledge($input: AcknowledgeMessagesInput!) {
  acknowledgeMessages(input: $input) { __typename } }'
RECEIVE='subscription Receive { messageReceived { position senderUsername text } }'
url=$1 username=$2 password=$3 peer=$4
# Posts an operation and its input. Further arguments are options of curl.
post() {
  jq -n --arg query "$1" --argjson input "$2" '{ $query, variables: { $input } }' |
    curl -sN "$url" -H 'content-type: application/json' -d @- "${@:3}"
}
input=$(jq -n --arg username "$username" --arg password "$password" \
  '{ $username, $password, ifOnline: "JOIN" }')
answer=$(post "$LOGIN" "$input")
token=$(jq -er .data.login.token <<<"$answer") ||
  { jq -r '.data.login.message // .' <<<"$answer" >&2; exit 1; }
session=(-H "authorization: Bearer $token") shown=0
# Until the server answers. With the same id it stays one message.
hello=$(jq -n --arg to "$peer" --arg clientMessageId "$(date +%s)-$$" \
  '{ $to, text: "Hello!", $clientMessageId }')
until answer=$(post "$SEND" "$hello" "${session[@]}"); do sleep $((RANDOM % 3)); done
jq -r '.data.sendMessage.message // .errors[0].message // empty | "Not sent: \(.)"' <<<"$answer"
while true; do
  while IFS=$'\t' read -r position message; do
    # The session has ended: log in again.
    ((position)) || { echo "$message" >&2; exit 1; }
    # After a reconnect, what was not acknowledged comes again.
    ((position > shown)) && echo "$position $message" && shown=$position
    post "$ACKNOWLEDGE" "{ \"through\": $position }" "${session[@]}" >/dev/null
  done < <(post "$RECEIVE" '{}' "${session[@]}" -H 'accept: text/event-stream' |
    sed -un 's/^data: //p' |
    jq --unbuffered -r 'if .errors then [0, .errors[0].message] else .data.messageReceived |
      [.position, "\(.senderUsername): \(.text)"] end | @tsv')
  sleep $((RANDOM % 3))
done
