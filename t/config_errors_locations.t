# Wrong configuration outside of realms: unknown realms, requirements, variables from claims, directives out of place.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ConfigErrors;

new_key('v1');
my $realm = 'key v1 file=v1.key;';
write_file('more.conf', "\nleeway 1s;\n\nclaims user=sub;\n");

refuses(sub { (http => "\n$_[0]\n", realm => $realm) }, <<'TABLE');
session_realm { key v1 file=v1.key; }
    invalid number of arguments in "session_realm" directive
session_realm off { key v1 file=v1.key; }
    invalid value "off" in "session_realm", choose another name for the realm
session_realm "" { key v1 file=v1.key; }
    invalid value "" in "session_realm", choose another name for the realm
session_realm "my app" { key v1 file=v1.key; }
    invalid value "my app" in "session_realm", the name of a realm is letters, digits, "_", "." and "-"
session_realm app { key v1 file=v1.key; }
    duplicate "session_realm app", each needs a name of its own
session_realm app;
    directive "session_realm" has no opening "{"
auth_session nobody;
    unknown session realm "nobody" in "auth_session"
auth_session app; auth_session off;
    "auth_session" directive is duplicate
auth_session_mode optional;
    invalid value "optional" in "auth_session_mode", use require or verify
auth_session_dry_run yes;
    invalid value "yes" in "auth_session_dry_run" directive, it must be "on" or "off"
auth_session_require;
    invalid number of arguments in "auth_session_require" directive
auth_session_require error=401;
    "auth_session_require" names no variable, add one such as $session_claim_admin
auth_session_require admin;
    invalid value "admin" in "auth_session_require", use variables, such as $session_claim_admin
auth_session_require $session_claim_admin error=404;
    invalid value "error=404" in "auth_session_require", "error" is 401 or 403
auth_session_claim_set $role;
    invalid number of arguments in "auth_session_claim_set" directive
auth_session_claim_set role realm_access roles;
    invalid value "role" in "auth_session_claim_set", the first argument is the variable to set, such as $role
auth_session_claim_set $host host;
    the duplicate "host" variable
auth_session_claim_set $role role; auth_session_claim_set $role roles;
    the duplicate "role" variable
key v1 file=v1.key;
    "key" directive is not allowed here
TABLE

refuses(sub { (realm => $realm, locations => "location / {\n$_[0]\n}") }, <<'TABLE');
session_realm inner { key v1 file=v1.key; }
    "session_realm" directive is not allowed here
auth_session_claim_set $role role;
    "auth_session_claim_set" directive is not allowed here
auth_session nobody;
    unknown session realm "nobody" in "auth_session"
session_status nobody;
    unknown session realm "nobody" in "session_status"
session_status; session_status;
    "session_status" directive is duplicate
cookie access_token;
    "cookie" directive is not allowed here
TABLE

# The place is that of an included file.
my ($good, $output) = Nginx->check(realm => "$realm include more.conf;");
ok !$good, 'an error in an included file';
like $output, qr{invalid value "user=sub" in "claims".* in \S+/more\.conf:4$}m, 'is placed there';

# nginx itself finds these, when all is read, and names no line.
for my $unknown ('token variable=$nobody_sets_it;', 'challenge $nobody_sets_it;', 'cookie a samesite=$nobody_sets_it;') {
    ($good, $output) = Nginx->check(realm => "$realm $unknown");
    ok !$good, "an unknown variable: $unknown";
    like $output, qr/\[emerg\].*unknown "nobody_sets_it" variable/, "is named: $unknown";
}
($good, $output) = Nginx->check(realm => $realm, http => 'auth_session_require $nobody_sets_it;');
like $output, qr/\[emerg\].*unknown "nobody_sets_it" variable/, 'an unknown variable in a requirement';

done;
