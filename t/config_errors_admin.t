# Wrong configuration of session_admin and session_backchannel_logout.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ConfigErrors;

new_key('v1');
my $redis = 'redis 127.0.0.1:6379;';
my $whole = "key v1 file=v1.key; $redis issuer i; audience a b;";

refuses(sub { (realm => $whole, locations => "location /a/ {\n$_[0]\n}") }, <<'TABLE');
session_admin;
    invalid number of arguments in "session_admin" directive
session_admin app write=yes;
    invalid value "write=yes" in "session_admin", use write=on, or leave it out
session_admin app on;
    invalid value "on" in "session_admin", use write=on, or leave it out
session_admin nobody;
    unknown session realm "nobody" in "session_admin"
session_admin app; session_admin app;
    "session_admin" needs a location of its own, another directive answers here already
proxy_pass http://backend; session_admin app;
    "session_admin" needs a location of its own, another directive answers here already
session_backchannel_logout;
    invalid number of arguments in "session_backchannel_logout" directive
session_backchannel_logout nobody;
    unknown session realm "nobody" in "session_backchannel_logout"
session_admin app; session_backchannel_logout app;
    "session_backchannel_logout" needs a location of its own, another directive answers here already
TABLE

refuses(sub { (realm => $whole, locations => "\n$_[0]\n") }, <<'TABLE');
session_admin app;
    "session_admin" directive is not allowed here
session_backchannel_logout app;
    "session_backchannel_logout" directive is not allowed here
location = /a { session_admin app; }
    "session_admin" reads the path behind the prefix of its location, use a location without "=" and "~"
location ~ ^/a { session_admin app; }
    "session_admin" reads the path behind the prefix of its location, use a location without "=" and "~"
location @a { session_admin app; }
    "session_admin" reads the path behind the prefix of its location, use a location without "=" and "~"
TABLE

# What the realm lacks.
for my $case (['session_backchannel_logout', "key v1 file=v1.key; $redis audience a;", 'add "issuer"'],
    ['session_backchannel_logout', "key v1 file=v1.key; $redis issuer i;", 'add "audience"'],
    ['session_backchannel_logout', "$whole claims subject=email;", 'leave out "subject=" of "claims"']) {
    my ($directive, $realm, $remedy) = @$case;
    my $nginx = Nginx->prepare(realm => $realm, locations => "location /a {\n$directive app;\n}");
    my $line = ConfigErrors::line_of($nginx->configuration, "$directive app;");
    my ($good, $output) = $nginx->test_configuration;
    ok !$good, "refused: $directive of $realm";
    like $output, qr/\[emerg\].*"$directive app" in \S+\.conf:$line cannot work, \Q$remedy\E in the realm$/m,
        'says why and where';
}

my ($good, $output) = Nginx->check(realm => $whole, locations => '
    location /a { session_admin app; } location /b/ { session_admin app write=on; } location ^~ /c { session_admin app write=off; }
    location = /d { session_backchannel_logout app; }');
ok $good, 'right configuration' or diag $output;

done;
