#!/bin/sh
# Commit what the digest wrote and push it to the branch that is checked out. Never forces.
#
# When the remote has moved meanwhile, the one commit made here is put on top of it and pushed again, up to five
# times. When both changed the same lines it gives up, and the remote stays as it is.
#
#   PUSH_TOKEN     optional: password for the server, asked for by git itself; on no command line, in no file
#   PUBLISH_PAUSE  optional: seconds of the first pause between two tries (default 3); the pauses grow
set -eu

tries=5
pause=${PUBLISH_PAUSE:-3}

fail() {
    echo "::error title=Digest not published::$1"
    exit 1
}

# The days whose pages are staged, one a line, oldest first. Digits and dashes only: file names are not to be trusted.
staged_days() {
    git diff --cached --name-only "$@" -- digests |
        sed -nE 's#^digests/[0-9]{4}/[0-9]{2}/([0-9]{4}-[0-9]{2}-[0-9]{2})[^/]*\.md$#\1#p' | sort -u
}

# "digest: update", with the days of new pages, or of changed ones when none is new.
commit_message() {
    days=$(staged_days --diff-filter=A)
    [ -n "$days" ] || days=$(staged_days)
    first=$(echo "$days" | head -n 1)
    last=$(echo "$days" | tail -n 1)
    if [ "$first" = "$last" ]; then
        echo "digest: update${last:+ $last}"
    else
        echo "digest: update $first to $last ($(echo "$days" | wc -l | tr -d ' ') days)"
    fi
}

# Put the commits since $base on top of the remote branch. Only these: a rewritten remote does not bring old ones back.
move_onto_remote() {
    git fetch --quiet origin "refs/heads/$branch" || return 0 # perhaps the network: the next push will tell
    if ! git rebase --quiet --autostash --onto FETCH_HEAD "$base"; then
        git rebase --abort || true
        fail "The branch '$branch' changed in the same place while the digest was written. Nothing was pushed; run the workflow again."
    fi
    base=$(git rev-parse FETCH_HEAD)
}

cd "$(git rev-parse --show-toplevel)"

for path in digests state README.md; do
    if [ -e "$path" ]; then git add --all -- "$path"; fi
done
if git diff --cached --quiet; then
    echo "Nothing to commit."
    exit 0
fi

branch=$(git symbolic-ref --quiet --short HEAD) || fail "No branch is checked out: run the workflow on a branch, not on a tag."
base=$(git rev-parse HEAD)

export GIT_AUTHOR_NAME="github-actions[bot]" GIT_AUTHOR_EMAIL="41898282+github-actions[bot]@users.noreply.github.com"
export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME" GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
message=$(commit_message)
git commit --quiet --message "$message"

if [ -n "${PUSH_TOKEN:-}" ]; then
    # git runs the text below as its credential helper: it takes the token from the environment, for this server only.
    # The empty value before it drops helpers set elsewhere, which could write the token to a disk.
    GIT_CONFIG_KEY_0="credential.${GITHUB_SERVER_URL:-https://github.com}.helper"
    export GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0="" GIT_CONFIG_KEY_1="$GIT_CONFIG_KEY_0"
    # shellcheck disable=SC2016 # expanded by the helper, not here
    export GIT_CONFIG_VALUE_1='!f() { test "$1" = get && printf "username=x-access-token\npassword=%s\n" "$PUSH_TOKEN"; }; f'
fi
export GIT_TERMINAL_PROMPT=0

try=1
until git push --quiet origin "HEAD:refs/heads/$branch"; do
    [ "$try" -lt "$tries" ] || fail "'$branch' could not be pushed in $tries tries. Is the branch protected?"
    echo "Try $try of $tries did not get through."
    sleep $((try * pause))
    move_onto_remote
    try=$((try + 1))
done
echo "On '$branch': $message"
