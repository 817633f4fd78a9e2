# Wrong settings of Redis: `nginx -t` names directive, value and remedy, and where they stand.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ConfigErrors;

new_key('v1');
write_file('password', 'word');
write_file('empty', "\n");
write_file('text', "no certificate\n");
my $key = 'key v1 file=v1.key;';

refuses(sub { (realm => "$key\n$_[0]\n") }, <<'TABLE');
redis;
    invalid number of arguments in "redis" directive
redis redis://127.0.0.1;
    invalid address "redis://127.0.0.1" in "redis": invalid host, use HOST:PORT or unix:/PATH
redis 127.0.0.1:99999;
    invalid address "127.0.0.1:99999" in "redis": invalid port, use HOST:PORT or unix:/PATH
redis unix:;
    invalid address "unix:" in "redis": no path in the unix domain socket, use HOST:PORT or unix:/PATH
redis :6379;
    invalid address ":6379" in "redis": no host, use HOST:PORT or unix:/PATH
redis 127.0.0.1:6379 127.0.0.1:6380;
    } invalid value "127.0.0.1:6380" in "redis", name one server for "redis_topology standalone"
redis 127.0.0.1; redis_topology standalone more;
    invalid value "more" in "redis_topology", standalone takes no more
redis 127.0.0.1; redis 127.0.0.1;
    "redis" directive is duplicate
redis_topology ring;
    invalid value "ring" in "redis_topology", use standalone, sentinel MASTER or cluster
redis_topology standalone; redis_topology standalone;
    "redis_topology" directive is duplicate
redis_ssl on;
    } "redis_ssl" has no effect, add "redis" to the realm
redis_password_file password;
    } "redis_password_file" has no effect, add "redis" to the realm
redis_user a;
    } "redis_user" has no effect, add "redis" to the realm
redis_database 1;
    } "redis_database" has no effect, add "redis" to the realm
redis_prefix a;
    } "redis_prefix" has no effect, add "redis" to the realm
redis_connect_timeout 1s;
    } "redis_connect_timeout" has no effect, add "redis" to the realm
redis_timeout 1s;
    } "redis_timeout" has no effect, add "redis" to the realm
redis_connections 2;
    } "redis_connections" has no effect, add "redis" to the realm
TABLE

refuses(sub { (realm => "$key redis 127.0.0.1:6379;\n$_[0]\n") }, <<'TABLE');
redis_user nginx;
    } "redis_user" needs a password, add "redis_password_file"
redis_user a; redis_user b;
    "redis_user" directive is duplicate
redis_password_file absent;
    } redis_password_file: cannot read "F/absent": No such file or directory,
    name a file that the user who starts nginx can read
redis_password_file empty;
    } redis_password_file: "F/empty" is empty, put the password into it
redis_database first;
    invalid value "first" in "redis_database", use a number
redis_database 1; redis_database 2;
    "redis_database" directive is duplicate
redis_prefix a; redis_prefix b;
    "redis_prefix" directive is duplicate
redis_timeout fast;
    invalid value "fast" in "redis_timeout", use a time such as 100ms
redis_timeout 0;
    } invalid value "0" in "redis_timeout", use a time such as 100ms
redis_connect_timeout 0;
    } invalid value "0" in "redis_connect_timeout", use a time such as 100ms
redis_connect_timeout fast;
    invalid value "fast" in "redis_connect_timeout", use a time such as 100ms
redis_connections 0;
    } invalid value "0" in "redis_connections", use 1 to 1000
redis_connections 1001;
    } invalid value "1001" in "redis_connections", use 1 to 1000
redis_password_file '';
    } invalid value "" in "redis_password_file", name a file
redis_ssl_name redis.example.com;
    } "redis_ssl_name" has no effect, add "redis_ssl on"
redis_ssl_verify on;
    } "redis_ssl_verify" has no effect, add "redis_ssl on"
redis_ssl_trusted_certificate text;
    } "redis_ssl_trusted_certificate" has no effect, add "redis_ssl on"
redis_ssl on; redis_ssl_certificate_key text;
    } "redis_ssl_certificate_key" needs "redis_ssl_certificate"
redis_connections many;
    invalid value "many" in "redis_connections", use a number
redis_ssl yes;
    invalid value "yes" in "redis_ssl" directive, it must be "on" or "off"
redis_ssl_verify no;
    invalid value "no" in "redis_ssl_verify" directive, it must be "on" or "off"
redis_ssl on;
    } "redis_ssl" verifies the server, name its authority with "redis_ssl_trusted_certificate"
redis_ssl on; redis_ssl_trusted_certificate absent;
    } cannot use "F/absent" in "redis_ssl_trusted_certificate", name a PEM file with certificates
redis_ssl on; redis_ssl_trusted_certificate text;
    } cannot use "F/text" in "redis_ssl_trusted_certificate", name a PEM file with certificates
redis_ssl on; redis_ssl_verify off; redis_ssl_certificate text;
    } "redis_ssl_certificate" needs "redis_ssl_certificate_key"
redis_ssl on; redis_ssl_verify off; redis_ssl_certificate text; redis_ssl_certificate_key text;
    } cannot use "F/text" in "redis_ssl_certificate", name a PEM file with the certificate
TABLE

refuses(sub { (realm => "$key redis unix:/run/redis.sock;\n$_[0]\n") }, <<'TABLE');
redis_ssl on;
    } the certificate of a Unix socket has no host, add "redis_ssl_name"
TABLE

# The zone is the store of a realm without Redis, however its revocations are asked for.
for my $mode ('', 'revocation off;', 'revocation strict;', 'revocation cached max_stale=1s;') {
    my ($good, $output) = Nginx->check(realm => "$key $mode");
    ok $good, "a realm without redis loads, $mode";
    unlike $output, qr/\[warn\]/, 'without a warning';
}

done;
