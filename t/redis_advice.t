# A Redis that may evict revocations is told of at start, once for each configuration and not by each worker.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new(config => ['maxmemory 100mb', 'maxmemory-policy allkeys-lru']);
my $kept = RedisServer->new(config => ['appendonly yes']);
my $blind = RedisServer->new(config => ['maxmemory-policy allkeys-lru'],
    users => ['blind on >a-password-of-redis ~* &* +@all -info -config']);
write_file('password', 'a-password-of-redis');
my $key = 'key v1 file=v1.key; cookie access_token;';
my $nginx = Nginx->new(
    workers => 3,
    realms => {app => "$key @{[ $redis->directives ]}", kept => "$key @{[ $kept->directives ]}",
        blind => "$key @{[ $blind->directives ]} redis_user blind; redis_password_file password;"},
    locations => join '', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} qw(app kept blind),
);
my $evicts = qr/\[warn\].*realm "app" redis \S+ evicts keys, revocations among them, by "maxmemory-policy allkeys-lru": set it/;
my $forgets = qr/realm "app" redis \S+ writes nothing to a disk/;

for my $round (1 .. 2) {
    ok $nginx->wait_for_log($evicts, 10), "round $round: it is told";
    ok $nginx->wait_for_log($forgets, 5), "round $round: and that nothing is kept";
    sleep 0.5;
    is scalar(my @lines = $nginx->log_lines($evicts)), 1, "round $round: once";
    is scalar(my @silent = $nginx->log_lines(qr/realm "(?:kept|blind)" redis \S+ (?:evicts|writes)/)), 0,
        "round $round: not of one that is as it should be, nor of one that does not tell";
    $nginx->forget_log;
    ok $nginx->reload(drained => 1), 'a reload' if $round == 1;
}

done;
