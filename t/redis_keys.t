# Where the realm's keys are: prefix and database; several realms beside each other.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $key = "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $redis->directives ]}";
my $nginx = Nginx->new(
    realms => {
        app => $key,
        shop => "$key redis_prefix shop:v2:;",
        bare => "$key redis_prefix '';",
        three => "$key redis_database 3;",
        unused => 'key v1 file=v1.key; redis 127.0.0.1:1;',
    },
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} qw(app shop bare three)),
);
my $cookie = cookie(mint({jti => 'j'}));
my @realms = qw(app shop bare three);

sub who_refuses { join ' ', grep { $nginx->get("/$_", $cookie)->answer eq "401 $_[0]" } @realms }

is who_refuses('revoked'), '', 'nobody at first';
for my $case (
    ['app', [], 'session:'],
    ['shop', [], 'shop:v2:'],
    ['bare', [], ''],
    ['three', ['-n', 3], 'session:'],
) {
    my ($realm, $options, $prefix) = @$case;
    for my $mark (['revoked:{42}:j', 1, 'revoked'], ['stale:{42}', '*', 'stale'], ['epoch', time + 10, 'epoch']) {
        my ($name, $value, $reason) = @$mark;
        $redis->cli(@$options, 'SET', "$prefix$name", $value);
        is who_refuses($reason), $realm, "@$options $prefix$name";
        $redis->cli(@$options, 'DEL', "$prefix$name");
    }
}
is join(' ', map { $nginx->get("/$_", $cookie)->answer } @realms), join(' ', ('200 valid') x 4), 'all are well again';

done;
