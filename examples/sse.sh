#!/usr/bin/env bash
# Shows each message once, with curl and jq.
# Usage: sse.sh [URL] [USERNAME] [PASSWORD] [PEER]
url=${1:-http://localhost:4000} username=${2:-alice} password=${3:-correct-horse} peer=${4:-bob}

# Posts an operation and its input. Further arguments are options of curl.
post() {
  jq -n --arg query "$1" --argjson input "$2" '{ $query, variables: { $input } }' |
    curl -sN "$url/graphql" -H 'content-type: application/json' -d @- "${@:3}"
}

input=$(jq -n --arg username "$username" --arg password "$password" \
  '{ $username, $password, ifOnline: "JOIN" }')
answer=$(post 'mutation Login($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { token } ... on Error { message } }
}' "$input")
token=$(jq -er .data.login.token <<<"$answer") || { echo "$answer" >&2; exit 1; }
session=(-H "authorization: Bearer $token")

input=$(jq -n --arg to "$peer" '{ $to, text: "Hello!" }')
post 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) {
  ... on SendMessageSuccess { sentMessage { id } } ... on Error { message }
} }' "$input" "${session[@]}" |
  jq -r '.data.sendMessage.message // empty | "Not sent: \(.)"'

shown=0
while true; do
  while IFS=$'\t' read -r position message; do
    # The session has ended: log in again.
    ((position)) || { echo "$message" >&2; exit 1; }
    # After a reconnect, what was not acknowledged comes again.
    ((position > shown)) && echo "$position $message" && shown=$position
    post 'mutation Acknowledge($input: AcknowledgeMessagesInput!) {
      acknowledgeMessages(input: $input) { __typename }
    }' "{ \"through\": $position }" "${session[@]}" >/dev/null
  done < <(post 'subscription { messageReceived { position senderUsername text } }' '{}' \
    "${session[@]}" -H 'accept: text/event-stream' | sed -un 's/^data: //p' |
    jq --unbuffered -r 'if .errors then [0, .errors[0].message] else .data.messageReceived |
      [.position, "\(.senderUsername): \(.text)"] end | @tsv')
  sleep $((RANDOM % 3))
done
