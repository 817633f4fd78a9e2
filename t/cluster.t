# `redis_topology cluster`: sessions of users on every master begin, are refreshed, revoked, marked and ended, by nginx and
# by other clients, under `strict` and `cached`; each key is where the cluster has it, and replicas are never asked.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use RedisCluster;
use Sessions;

new_key('v1');
my $cluster = RedisCluster->new(masters => 3, replicas => 1);
my $base = "key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; @{[ $cluster->directives ]}";
my $nginx = Nginx->new(
    realms => {strict => "$base revocation strict;", cached => "$base revocation cached max_stale=60s;"},
    workers => 2,
    server => Everywhere::server(),
    backend => login_backend(),
    locations => 'location / { return 200; }' . join '', map {"
        location = /$_ { auth_session $_; rewrite ^ / break; proxy_pass http://backend; }
        location = /$_/login { session_issue $_; rewrite ^ /login break; proxy_pass http://backend; }
        location = /$_/refresh { session_refresh $_; }
        location = /$_/logout { session_logout $_; }"} qw(strict cached),
);
my $all = Everywhere->new($nginx);
my @masters = $cluster->masters;
is scalar(@masters), 3, 'three masters';
my $now = time;

sub all_say {
    my ($answer, $path, $cookie, $name) = @_;
    eventually { $all->agree($answer, $path, $cookie) } 5, $name or diag join ', ', $all->ask($path, $cookie);
}

my $round = 0;
for my $realm (qw(strict cached)) {
    for my $i (0 .. 2) {
        my $user = $cluster->user_at($masters[$i], int $round++ / 3);
        my $name = "$realm, master $i";
        my $path = "/$realm";
        my $session = log_in($nginx, "$path/login", "X-Login: $user", 'X-Tenant: t1');
        is $nginx->get($path, $session->{cookie})->answer, '200 valid', "$name: a login";
        like $masters[$i]->cli('KEYS', "session:data:{$user}:*"), qr/^session:data:/, "$name: its record is there";
        my $refreshed = $nginx->post("$path/refresh", $session->{cookie});
        is $refreshed->answer, '200 valid', "$name: refreshed";

        my $logout = $nginx->post("$path/logout", $session->{cookie});
        is $logout->status, 200, "$name: a logout";
        all_say('401 revoked', $path, $session->{only_access}, "$name: is revoked");

        my $cookie = cookie(mint({sub => $user, jti => 'j', tenant => "t$round"}));
        all_say('200 valid', $path, $cookie, "$name: another token");
        for my $change (["session:revoked:{$user}:j", 1, 'revoked'], ["session:stale:{$user}", '*', 'stale'],
            ["session:epoch:t$round", time + 5, 'epoch'])
        {
            my ($key, $value, $reason) = @$change;
            is $cluster->cli('SET', $key, $value), 'OK', "$name: $key";
            all_say("401 $reason", $path, $cookie, "$name: $reason");
            $cluster->cli('DEL', $key);
            all_say('200 valid', $path, $cookie, "$name: no more");
        }
    }
}

my $cookie = cookie(mint({jti => 'j', iat => $now - 9}));
all_say('200 valid', "/$_", $cookie, "$_: good") for qw(strict cached);
all_say('200 valid HIT', '/cached', $cookie, 'and known');
$cluster->cli('SET', 'session:epoch', $now - 5);
all_say('401 epoch', "/$_", $cookie, "$_: out") for qw(strict cached);

for my $replica (grep { $_->{of} } $cluster->nodes) {
    is $replica->calls($_), 0, "a replica got no $_" for qw(get exists hmget evalsha);
}
is scalar(grep { $_->cli('CLIENT', 'LIST') =~ /sub=1 / } @masters), 3, 'every master tells what changes';
my @asked = grep { $_->calls('get') + $_->calls('exists') > 0 } @masters;
is scalar(@asked), 3, 'every master was asked';

is $nginx->reload(drained => 1), 1, 'a reload';
$all->connect;
all_say('401 epoch', "/$_", $cookie, "$_: out as before") for qw(strict cached);
is scalar($nginx->log_lines(qr/\[error\]/)), 0, 'no errors in the log' or diag $nginx->log_lines(qr/\[error\]/);

done;
