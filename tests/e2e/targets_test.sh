#!/usr/bin/env bash
# Targets that only the master can resolve: nodegroups of its configuration, ranges of a range server.
# usage: targets_test.sh BIN_DIRECTORY
set -u
bin=$1
. "$(dirname "$0")/../support/shell/processes.sh"
. "$(dirname "$0")/fleet.sh"

command -v python3 >/dev/null || { echo "SKIPPED: the range server of this test needs python3"; exit 77; }

# As the real one answers: /range/list?EXPRESSION, hosts one a line, problems in a header.
cat >"$work/range_server.py" <<'PY'
import http.server, sys, urllib.parse

class Range(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, query = self.path.partition("?")
        print("asked", path, urllib.parse.unquote(query), flush=True)
        hosts = {"%web": "m1\nm9\n", "%web,m2": "m1\nm2\nm9\n", "%page": "<html>sorry</html>\n"}.get(urllib.parse.unquote(query))
        self.send_response(200 if path == "/range/list" else 404)
        if hosts is None:
            self.send_header("RangeException", "NO_CLUSTER")
        self.end_headers()
        self.wfile.write((hosts or "").encode())

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Range).serve_forever()
PY
master_ports="$publish_port $request_port"
free_ports
range_port=$publish_port
read -r publish_port request_port <<<"$master_ports"
make_master "range_server: 127.0.0.1:$range_port
nodegroups:
  front: m1
  fleet: N@front or R@%web,m2"
start range python3 "$work/range_server.py" "$range_port"
start_master
make_minion m1
make_minion m2
enrol m1
enrol m2

echo "-- nodegroups, which minions know nothing of"
expect "a nodegroup" '^m1: True$' h halite -N front test.ping --out=txt
refuses 0 'm2' h halite -C 'not N@front' test.ping --out=txt
refuses 2 "no nodegroup 'frnt'; did you mean 'front'" h halite -N frnt test.ping

echo "-- ranges"
expect "a range" '^m1: True$' h halite -R %web test.ping --out=txt
expect "its hosts that are no minions are named" 'm9.*No minion|m9' h halite -R %web test.ping
expect "a range in a compound target" '^m2: True$' h halite -C 'm* and not R@%web' test.ping --out=txt
expect "a range in a nodegroup" '^m2: True$' h halite -N fleet test.ping --out=txt
expect "only a look" 'm1' h halite -R %web --preview-target
grep -q '^asked /range/list %web,m2$' "$work/range.log" || fail "the server was not asked as its clients ask"

echo "-- what is wrong with a range is told"
refuses 2 "asking for the range '%nosuch'|refuses it: NO_CLUSTER" h halite -R %nosuch test.ping
refuses 2 "something else than a list of hosts: '<html>sorry</html>'" h halite -R %page test.ping
kill "$(pgrep -f "range_server.py $range_port")"
refuses 2 "http://127.0.0.1:$range_port gives no answer" h halite -R %web test.ping
stop "$master_pid"
sed -i '/^range_server/d' "$work/master/master"
start_master
refuses 2 "the master's option range_server names no server" h halite -R %web test.ping
eventually 30 "m1 goes on answering" pings m1
echo "all well"
