# Wrong settings of a Redis Cluster: `nginx -t` names directive, value and remedy. Its nodes need not be there.
use FindBin;
use lib "$FindBin::Bin/lib";
use ConfigErrors;
use Kit;

new_key('v1');
my $key = 'key v1 file=v1.key; cookie access_token;';

refuses(sub { (realm => "$key\n$_[0]\n") }, <<'TABLE');
redis 127.0.0.1; redis_topology cluster more;
    invalid value "more" in "redis_topology", cluster takes no more
redis 127.0.0.1; redis_topology cluster; redis_topology cluster;
    "redis_topology" directive is duplicate
redis 127.0.0.1; redis_topology cluster; redis_database 1;
    } invalid value "1" in "redis_database", a cluster has no other than 0
redis 127.0.0.1 127.0.0.1:99999; redis_topology cluster;
    invalid address "127.0.0.1:99999" in "redis": invalid port, use HOST:PORT or unix:/PATH
TABLE

for my $good ('redis 127.0.0.1:@ 127.0.0.1:@ [::1]:@ unix:/@; redis_topology cluster; redis_database 0;',
    'redis_topology cluster; redis 127.0.0.1:@;')
{
    (my $realm = $good) =~ s/\@/free_port()/ge;
    my ($is_good, $output) = Nginx->check(realm => "$key $realm");
    ok $is_good, $good or diag $output;
}

done;
