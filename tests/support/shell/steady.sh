# steady: standard input without what differs from run to run: times, durations, job ids, blanks at line ends.
steady() { sed -E 's/Started: .*/Started: TIME/; s/Duration: .*/Duration: TIME/; s/run time: +.*/run time: TIME/; s/[0-9]{20}/JID/g; s/[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}/TIME/; s/^( *)[0-9]+\.[0-9]+$/\1MILLISECONDS/; s/ +$//'; }
