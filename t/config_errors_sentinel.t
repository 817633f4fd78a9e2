# Wrong settings of Sentinel, and of Redis' names: `nginx -t` names directive, value and remedy, and where they stand.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ConfigErrors;

new_key('v1');
write_file('password', 'word');
write_file('empty', "\n");
write_file('text', "no certificate\n");
my $key = 'key v1 file=v1.key;';
my $ca = authority();

refuses(sub { (realm => "$key\n$_[0]\n") }, <<'TABLE');
redis_topology sentinel mymaster;
    } "redis_topology" has no effect, add "redis" to the realm
redis 127.0.0.1:26379; redis_sentinel_user web;
    } "redis_sentinel_user" has no effect, add "redis_topology sentinel MASTER"
redis 127.0.0.1:26379; redis_sentinel_password_file password;
    } "redis_sentinel_password_file" has no effect, add "redis_topology sentinel MASTER"
redis 127.0.0.1:26379; redis_sentinel_ssl off;
    } "redis_sentinel_ssl" has no effect, add "redis_topology sentinel MASTER"
redis 127.0.0.1:26379; redis_sentinel_ssl_name a;
    } "redis_sentinel_ssl_name" has no effect, add "redis_topology sentinel MASTER"
redis 127.0.0.1:26379; redis_sentinel_ssl_trusted_certificate text;
    } "redis_sentinel_ssl_trusted_certificate" has no effect, add "redis_topology sentinel MASTER"
redis name.invalid:6379;
    } invalid address "name.invalid:6379" in "redis": host not found,
    use a name that can be resolved, or put "resolver" before the realm
TABLE

refuses(sub { (realm => "$key redis 127.0.0.1;\n$_[0]\n") }, <<'TABLE');
redis_topology sentinel;
    invalid value "sentinel" in "redis_topology", name the master too, "sentinel MASTER"
redis_topology sentinel 'my master';
    invalid value "my master" in "redis_topology", use the name of a master as "sentinel monitor" has it
redis_topology sentinel '';
    invalid value "" in "redis_topology", use the name of a master as "sentinel monitor" has it
redis_topology sentinel a b;
    invalid number of arguments in "redis_topology" directive
redis_topology sentinel a; redis_topology sentinel a;
    "redis_topology" directive is duplicate
redis_topology sentinels a;
    invalid value "sentinels" in "redis_topology", use standalone, sentinel MASTER or cluster
TABLE

refuses(sub { (realm => "$key redis 127.0.0.1 localhost:1; redis_topology sentinel m;\n$_[0]\n") }, <<'TABLE');
redis_sentinel_user web;
    } "redis_sentinel_user" needs a password, add "redis_sentinel_password_file"
redis_sentinel_password_file absent;
    } redis_sentinel_password_file: cannot read "F/absent": No such file or directory,
    name a file that the user who starts nginx can read
redis_sentinel_password_file empty;
    } redis_sentinel_password_file: "F/empty" is empty, put the password into it
redis_sentinel_password_file '';
    } invalid value "" in "redis_sentinel_password_file", name a file
redis_sentinel_user a; redis_sentinel_user b;
    "redis_sentinel_user" directive is duplicate
redis_sentinel_ssl maybe;
    invalid value "maybe" in "redis_sentinel_ssl" directive, it must be "on" or "off"
redis_sentinel_ssl on;
    } "redis_sentinel_ssl" verifies the server, name its authority with "redis_ssl_trusted_certificate"
redis_sentinel_ssl on; redis_ssl_trusted_certificate absent;
    } cannot use "F/absent" in "redis_ssl_trusted_certificate", name a PEM file with certificates
redis_sentinel_ssl on; redis_sentinel_ssl_trusted_certificate text;
    } cannot use "F/text" in "redis_sentinel_ssl_trusted_certificate", name a PEM file with certificates
redis_sentinel_ssl_name sentinel.test;
    } "redis_sentinel_ssl_name" has no effect, add "redis_sentinel_ssl on"
redis_sentinel_ssl_trusted_certificate text;
    } "redis_sentinel_ssl_trusted_certificate" has no effect, add "redis_sentinel_ssl on"
TABLE

refuses(sub { (realm => "$key redis unix:/run/sentinel.sock; redis_topology sentinel m;\n$_[0]\n") }, <<"TABLE");
redis_sentinel_ssl on; redis_ssl_trusted_certificate $ca;
    } the certificate of a Unix socket has no host, add "redis_sentinel_ssl_name"
TABLE

# What is good.
for my $lines (
    'redis 127.0.0.1:26379 [::1]:26379 unix:/run/sentinel.sock localhost; redis_topology sentinel my-master_1.a;',
    "redis_topology sentinel m; redis 127.0.0.1; redis_ssl on; redis_ssl_trusted_certificate $ca;",
    "redis_topology sentinel m; redis 127.0.0.1; redis_ssl on; redis_sentinel_ssl off; redis_ssl_verify off;",
    "redis_topology sentinel m; redis 127.0.0.1; redis_sentinel_ssl on; redis_sentinel_ssl_trusted_certificate $ca;
        redis_sentinel_ssl_name s; redis_sentinel_user web; redis_sentinel_password_file password;",
) {
    my ($good, $output) = Nginx->check(realm => "$key $lines");
    ok $good, "loads: $lines" or diag $output;
    unlike $output, qr/\[warn\]/, 'without a warning';
}

# Names are left to a resolver that stands before the realm: nobody waits for them while nginx starts.
my $realm = "session_realm app { $key redis name.invalid; }";
my ($good) = Nginx->check(http => "resolver 127.0.0.1:1; $realm", locations => '');
ok $good, 'a name that only the resolver knows';
my ($bad, $output) = Nginx->check(http => "$realm resolver 127.0.0.1:1;", locations => '');
ok !$bad, 'a resolver behind the realm comes too late for that';
like $output, qr/put "resolver" before the realm/, 'as the error says';

done;
