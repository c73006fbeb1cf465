#include "master/cli/option_tables.h"

namespace halite::cli {
namespace {

const char* const no_eauth = "it is not needed: the kernel says who calls, and publisher_acl and external_auth pam count for that user";

OptionGroup target_options() {
  return {"Targets (default: a glob on the minion's id)",
          {{{"-E", "--pcre"}, "", "Target is a regular expression on the id.", ""},
           {{"-L", "--list"}, "", "Target is a list of ids, separated by commas or blanks.", ""},
           {{"-G", "--grain"}, "", "Target is GRAIN:GLOB.", ""},
           {{"-P", "--grain-pcre"}, "", "Target is GRAIN:REGEX.", ""},
           {{"-I", "--pillar"}, "", "Target is PILLAR:GLOB.", ""},
           {{"-J", "--pillar-pcre"}, "", "Target is PILLAR:REGEX.", ""},
           {{"-N", "--nodegroup"}, "", "Target is the name of a nodegroup.", ""},
           {{"-S", "--ipcidr"}, "", "Target is an address or a subnet.", ""},
           {{"-C", "--compound"}, "", "Target joins several kinds: 'G@os:Debian and web*'.", ""},
           {{"-R", "--range"}, "", "Target is a range expression, which the master's range_server knows.", ""},
           {{"-H", "--hosts"}, "", "Target is hosts of a roster.", "it belongs to salt-ssh"},
           {{"--delimiter"}, "TEXT", "Between the levels of grain and pillar targets. Default: a colon.", ""},
           {{"--subset"}, "N", "Only N of the minions that match, taken at random.", ""},
           {{"--preview-target"}, "", "Show who matches and do nothing.", ""}}};
}

OptionGroup job_options() {
  return {"The job",
          {{{"-t", "--timeout"}, "SECONDS", "How long to wait before asking who still runs the job. Default: the setting timeout, 5.", ""},
           {{"--gather-job-timeout"}, "SECONDS", "How long minions have to answer that.", ""},
           {{"--async"}, "", "Send the job, print its id and do not wait.", ""},
           {{"-s", "--static"}, "", "Wait for all and show the results as one.", ""},
           {{"-v", "--verbose"}, "", "Show the job id first, and who did not answer.", ""},
           {{"--show-timeout"}, "", "Show the minions that did not return. This is the default.", ""},
           {{"--hide-timeout"}, "", "Do not show the minions that did not return.", ""},
           {{"--show-jid"}, "", "Show the job id first.", ""},
           {{"--summary"}, "", "End with a count of minions targeted, returned and failed.", ""},
           {{"--output-diff"}, "", "Of state runs show only what changed or failed.", ""},
           {{"--args-stdin"}, "", "Read further arguments from standard input, one a line.", ""},
           {{"--no-parse"}, "NAMES", "Keyword arguments (a,b) taken as text instead of YAML.", ""},
           {{"--args-separator"}, "TEXT", "Between the arguments of several functions. Default: a comma.", ""},
           {{"--metadata"}, "YAML", "Stored with the job and its returns.", ""},
           {{"--config-dump"}, "", "Show the settings in effect and exit.", ""},
           {{"-b", "--batch", "--batch-size"}, "N", "Only so many minions at a time: a number, or a share as 25%.", ""},
           {{"--batch-wait"}, "SECONDS", "Leave the place of a minion that has answered empty for so long.", ""},
           {{"--batch-safe-limit"}, "N", "Go in batches when the target means so many minions or more.", ""},
           {{"--batch-safe-size"}, "N", "Size of those batches. Default: 8.", ""},
           {{"--failhard"}, "", "With --batch: send the job to no more minions once one has failed.", ""},
           {{"-p", "--progress"}, "", "Say on standard error who is waited for. On a terminal this is always shown.", ""},
           {{"-d", "--doc", "--documentation"}, "", "Show the documentation of a function, of a module, or of all.", ""},
           {{"--return"}, "NAMES", "Hand results to returners too, on the minions: file, a file there. The master keeps them in any case.", ""},
           {{"--return_config"}, "NAME", "Configuration of returners.", "the minion's configuration says where the returner file writes"},
           {{"--return_kwargs"}, "YAML", "Arguments of returners.", "the minion's configuration says where the returner file writes"},
           {{"--module-executors"}, "LIST", "Executors.", "functions are run directly"},
           {{"--executor-opts"}, "YAML", "Options of executors.", "see --module-executors"}}};
}

OptionGroup eauth_options(bool with_short) {
  std::vector<std::string> names{"--eauth", "--auth", "--external-auth"};
  if (with_short) names.insert(names.begin(), "-a");
  return {"Logging in",
          {{names, "NAME", "External authentication.", no_eauth},
           {{"-T", "--make-token"}, "", "Make a token.", no_eauth},
           {{"--username"}, "NAME", "User for external authentication.", no_eauth},
           {{"--password"}, "TEXT", "Password for external authentication.", no_eauth}}};
}

}  // namespace

CommandLine halite_command_line() {
  return {"halite",
          "Run functions on minions and show what they answer.",
          {"[options] TARGET FUNCTION [ARGUMENT...] [NAME=VALUE...]"},
          {target_options(), job_options(), output_options(), eauth_options(true), common_options()},
          {{"halite '*' test.ping", "Who is there?"},
           {"halite 'web*' state.apply test=True", "What would change? Nothing is touched."},
           {"halite -G os:Debian cmd.run 'uptime' --out=txt", "A command on all Debian hosts, one line each."},
           {"halite -L web1,web2 pillar.get users", "Two hosts by name."},
           {"halite '*' test.ping,grains.item , os", "Two functions in one job; a lone comma separates their arguments."}},
          {{"Arguments", "Each is read as YAML: 1 is a number, true a boolean, [a, b] a list; NAME=VALUE is a keyword argument. Put -- in "
                         "front of arguments that begin with a dash."},
           {"Exit status", "0: every minion succeeded. 1: one failed or did not return. 2: nobody matched, or the master can't be "
                           "reached. 42: no target. 64: wrong usage. 130: interrupted."}}};
}

CommandLine key_command_line() {
  return {"halite-key",
          "List, accept, reject and delete the keys of minions.",
          {"[options]", "-a ID --finger FINGERPRINT"},
          {{"Actions",
            {{{"-L", "--list-all"}, "", "List all keys. This is the default.", ""},
             {{"-l", "--list"}, "CLASS", "List one class: pre (un, unaccepted), acc (accepted), rej (rejected), den (denied) or all.", ""},
             {{"-a", "--accept"}, "ID", "Accept waiting keys; an id or a glob.", ""},
             {{"-A", "--accept-all"}, "", "Accept all waiting keys.", ""},
             {{"-r", "--reject"}, "ID", "Reject waiting keys; an id or a glob.", ""},
             {{"-R", "--reject-all"}, "", "Reject all waiting keys.", ""},
             {{"-d", "--delete"}, "ID", "Delete keys; an id or a glob.", ""},
             {{"-D", "--delete-all"}, "", "Delete all keys.", ""},
             {{"-p", "--print"}, "ID", "Print public keys; an id or a glob.", ""},
             {{"-P", "--print-all"}, "", "Print all public keys.", ""},
             {{"-f", "--finger"}, "ID", "Print fingerprints; an id or a glob. With -a, -r or -d: the fingerprint that the key must have.", ""},
             {{"-F", "--finger-all"}, "", "Print all fingerprints and the master's; -F master prints the master's alone.", ""},
             {{"--import"}, "DIRECTORY", "Take over the keys of a Salt master, with what it decided about them. Its usual place: /etc/salt/pki/master.", ""}}},
           {"Before a minion first starts",
            {{{"--new-token"}, "ID", "Print a token by which one minion with this id, or glob, is accepted at once, without a question.", ""},
             {{"--valid-for"}, "TIME", "How long the token is good: 3600, 90m, 12h, 7d. Default: 1d.", ""},
             {{"--list-tokens"}, "", "List the tokens and what became of them.", ""},
             {{"--revoke-token"}, "NAME", "Take a token back.", ""},
             {{"--gen-keys"}, "NAME", "Make a key pair, NAME.pem and NAME.pub.", ""},
             {{"--gen-keys-dir"}, "DIRECTORY", "Where to put it. Default: here.", ""},
             {{"--keysize"}, "BITS", "Its size, 2048 to 4096. Default: the setting keysize.", ""},
             {{"--preseed"}, "ID", "Make the key pair of that minion and accept it: put the files into its pki_dir.", ""}}},
           {"Which keys",
            {{{"--include-all"}, "", "-a and -r look at rejected, accepted and denied keys too.", ""},
             {{"--include-accepted"}, "", "-r looks at accepted keys too.", ""},
             {{"--include-rejected"}, "", "-a looks at rejected keys too.", ""},
             {{"--include-denied"}, "", "-a and -r look at denied keys too.", ""},
             {{"--finger-type", "--hash-type"}, "HASH", "Hash of fingerprints: sha256 (default), sha512, sha384, sha224, sha1 or md5.", ""}}},
           {"Behaviour",
            {{{"-y", "--yes"}, "", "Do not ask.", ""},
             {{"-q", "--quiet"}, "", "Print nothing but errors.", ""},
             {{"-u", "--user"}, "NAME", "User to run as.", "run it as that user"},
             {{"--rotate-aes-key"}, "BOOL", "Rotate the shared key when a key is deleted.", "it is always rotated"},
             {{"--preserve-minions"}, "BOOL", "Keep cached data of deleted minions.", "returns of jobs are kept in any case"},
             {{"--gen-signature"}, "", "Sign the master's key.", "set master_sign_pubkey"},
             {{"--priv"}, "FILE", "Key to sign with.", "set master_sign_pubkey"},
             {{"--pub"}, "FILE", "Key to sign.", "set master_sign_pubkey"},
             {{"--signature-path"}, "DIRECTORY", "Where the signature goes.", "set master_sign_pubkey"},
             {{"--auto-create"}, "", "Make the signing key.", "set master_sign_pubkey"}}},
           output_options(), eauth_options(false), common_options(false)},
          {{"halite-key -L", "Who is trusted, who waits?"},
           {"halite-key -f web1", "The fingerprint of the waiting key; compare it with 'halite-call --local key.finger' on web1."},
           {"halite-key -a web1 --finger aa:bb:cc:...", "Trust that key, and no other that may have taken its place."},
           {"halite-key -a 'web*' -y", "Trust all whose id begins with web, without a question."},
           {"halite-key --import /etc/salt/pki/master", "The fleet moves here from Salt: no minion has to be accepted anew."},
           {"halite-key --new-token 'web*' --valid-for 2h", "The next host that says this token and is called web-something is accepted."},
           {"halite-key --preseed web1 --gen-keys-dir /root/keys", "A key pair for web1 that is accepted already."},
           {"halite-key -d web1", "Web1 is gone: it can read nothing more."}},
          {{"Exit status", "0, also when nothing matched. 1: an error; a key with another fingerprint is one. 64: wrong usage."}}};
}

CommandLine run_command_line() {
  return {"halite-run",
          "Run functions of the master.",
          {"[options] FUNCTION [ARGUMENT...] [NAME=VALUE...]"},
          {{"The run",
            {{{"-d", "--doc", "--documentation"}, "", "List the functions with their documentation; with FUNCTION only those that begin so.", ""},
             {{"-t", "--timeout"}, "SECONDS", "Give up when the master says nothing for so long. Default: never.", ""},
             {{"--quiet"}, "", "Print nothing but errors.", ""},
             {{"--async"}, "", "Do not wait for the result; print the job id by which it can be looked up.", ""},
             {{"--jid"}, "JID", "Job id of the run.", "the master chooses it"},
             {{"--skip-grains"}, "", "Do not load grains.", "none are loaded"}}},
           output_options(), eauth_options(true), common_options()},
          {{"halite-run jobs.list_jobs", "Who ran what?"},
           {"halite-run jobs.lookup_jid JID", "What came of it?"},
           {"halite-run manage.status", "Which minions are up, which are down?"},
           {"halite-run git_pillar.update", "Fetch the pillar's repositories now; for a post-receive hook."},
           {"halite-run pillar.show_pillar web1", "The pillar of web1, as the master compiles it."},
           {"halite-run state.orchestrate deploy.web", "Run an SLS file on the master that gives orders to minions."},
           {"halite-run state.event 'salt/job/*' pretty=True", "Watch the event bus; count=N ends after N events."}},
          {{"Interrupting", "Ctrl-C ends the waiting alone: the function goes on, and its job id is printed."},
           {"Exit status", "What the function says: 0 for success. 1: an error; an unknown function is one. 64: wrong usage. 130: interrupted."}}};
}

}  // namespace halite::cli
