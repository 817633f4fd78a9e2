#include "usage.hpp"

#include <iostream>

namespace ctl {
namespace {

constexpr std::string_view kProgram = R"(Usage: session-ctl COMMAND [OPTIONS]

Offline, with the keys of a realm:
  verify    say of each token whether it is valid, or the reason why not
  inspect   show what a token says
  mint      make a token

In the store of a realm:
  revoke    end a session, all sessions of a user, or those of tokens
  stale     mark a user: tokens from before the mark are out
  epoch     everything that was issued before a time is out
  list      sessions, newest first
  stats     how many sessions there are, and of how many users
  cleanup   remove records that have expired

"session-ctl COMMAND --help" tells more. Exit status: 0 done, all valid; 1 not
valid, or refused; 2 wrong usage; 3 nginx or Redis did not answer.
)";

constexpr std::string_view kVerify =
    R"(Usage: session-ctl verify --key [ID=]FILE ... [OPTIONS] (TOKEN | --stdin)

Prints a line a token: "valid", or the reason why nginx would refuse it. The
store is not asked. Exit status 0: all are valid; 1: some are not.

  --stdin       a token a line of the standard input; an empty line is "missing"
  --format F    jwt, nextauth, authjs or opaque
  --signed S    of opaque ids: express or remix; valid are those that a key signed
  --cookie NAME of Auth.js, where it is not one of the library's own names
  --json        an object a line
)";

constexpr std::string_view kInspect =
    R"(Usage: session-ctl inspect [OPTIONS] (TOKEN | --stdin)

Shows header and claims, and with a --key what "verify" says. The signature is
not shown. Exit status 1: it is no token.

  --stdin       a token a line of the standard input
  --format F    jwt, or nextauth and authjs, which only a --key opens
  --cookie NAME of Auth.js, where it is not one of the library's own names
  --json        an object a line: header, claims, reason (null without a key)
)";

constexpr std::string_view kMint =
    R"(Usage: session-ctl mint --key [ID=]FILE ... --user SUB [OPTIONS]

Prints a token that the first key has signed. It has no record in a store: a
realm with "record require" refuses it, see "session_admin" for sessions.

  --user SUB        whose it is
  --tenant NAME     of which tenant
  --lifetime TIME   how long it is good (15m)
  --session SID     the session's ID (random)
  --id JTI          the token's ID (random)
  --payload FILE    more claims, a JSON object; "-": the standard input
  --json            an object: token, key, user, session, id, issued_at, expires_at
)";

constexpr std::string_view kRevoke =
    R"(Usage: session-ctl revoke PLACE --user SUB --id ID [--expires TIME]
       session-ctl revoke PLACE --user SUB --all
       session-ctl revoke PLACE --stdin

  --user SUB        whose session it is
  --id ID           the session's ID, or the token's
  --expires TIME    when its last token ends (as late as may be)
  --all             every session of the user
  --stdin           a token a line of the standard input, access or refresh; with
                    --redis the realm's --key is needed
  --json            an object for each
)";

constexpr std::string_view kStale =
    R"(Usage: session-ctl stale PLACE --user SUB [--before TIME | --deleted | --remove]

  --user SUB        who is marked
  --before TIME     tokens issued up to then are stale (now)
  --deleted         all of them are: the user is gone
  --remove          take the mark away
  --json            an object
)";

constexpr std::string_view kEpoch =
    R"(Usage: session-ctl epoch PLACE --before TIME [--tenant NAME]

  --before TIME     tokens issued up to then are out; "now"
  --tenant NAME     of that tenant only
  --json            an object
)";

constexpr std::string_view kList =
    R"(Usage: session-ctl list PLACE [--user SUB] [--tenant NAME]

Prints a line a session, separated by tabs: user, ID, tenant, created, last
active, expires (Unix times), address; "-" for what is not known.

  --user SUB        of that user only
  --tenant NAME     of that tenant only
  --limit N         sessions a page (100)
  --cursor TEXT     the next page, as the one before named it
  --all             all pages
  --json            an object a page: sessions, cursor
)";

constexpr std::string_view kStats = R"(Usage: session-ctl stats PLACE

Prints a line a number, or an object with --json.
)";

constexpr std::string_view kCleanup = R"(Usage: session-ctl cleanup PLACE

Prints how many were removed, or an object with --json.
)";

constexpr std::string_view kKeys = R"(
Keys and rules, as the directives of the realm have them:
  --key [ID=]FILE[,alg=A][,encoding=raw|hex|base64|base64url][,until=RFC3339]
                    the first one signs, all verify; without ID the file's name,
                    "v2" for /etc/nginx/session/v2.key
  --key-set FILE    JSON Web Key Set
  --issuer TEXT, --audience TEXT ..., --leeway TIME, --max-age TIME
  --require-claims NAME,...
  --claims subject=NAME,id=NAME,session=NAME,tenant=NAME,version=NAME
)";

constexpr std::string_view kPlace = R"(
PLACE is an nginx or its Redis:
  --url URL         the location of "session_admin", http or https
  --header-file FILE
                    headers to send there, one a line, such as "Authorization: ..."
  --ca-file FILE    certificates to trust instead of the system's
  --redis HOST:PORT|rediss://HOST:PORT|unix:PATH ...
                    rediss is TLS, as --redis-ssl
  --redis-topology standalone|sentinel=MASTER|cluster
  --redis-user NAME, --redis-password-file FILE, --redis-database N
  --redis-ssl-name NAME
                    of the certificate (the host)
  --redis-ssl-certificate FILE, --redis-ssl-certificate-key FILE
  --redis-sentinel-user NAME, --redis-sentinel-password-file FILE
  --redis-sentinel-ssl on|off (as --redis-ssl), --redis-sentinel-ssl-name NAME
  --redis-wait N    replicas that must have a revocation before --timeout
  --redis-prefix P  (session:)
  --absolute-timeout TIME (30d), --idle-timeout TIME
                    of the realm, where --redis is asked
  --timeout TIME    how long to wait for an answer (30s, of Redis 5s)

TIME is 90s, 15m or 1h30m; a point in time "now", a Unix time or RFC 3339.
)";

struct Page {
    std::string_view command;
    std::string_view text;
    bool keys;
    bool place;
};

constexpr Page kPages[] = {
    {"verify", kVerify, true, false},   {"inspect", kInspect, true, false},
    {"mint", kMint, true, false},       {"revoke", kRevoke, true, true},
    {"stale", kStale, false, true},     {"epoch", kEpoch, false, true},
    {"list", kList, false, true},       {"stats", kStats, false, true},
    {"cleanup", kCleanup, false, true},
};

}  // namespace

void print_help(std::string_view command) {
    for (const Page& page : kPages) {
        if (page.command == command) {
            std::cout << page.text << (page.keys ? kKeys : "") << (page.place ? kPlace : "");
            return;
        }
    }
    std::cout << kProgram;
}

}  // namespace ctl
