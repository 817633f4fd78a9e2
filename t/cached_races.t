# Answers that are on their way while Redis tells of a change, or while the connection that tells is lost: such an answer
# is used once and not kept, nobody who comes later gets it, and it takes nothing away that is known to be revoked.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $key = "key v1 file=v1.key; cookie access_token; redis @{[ $proxy->address ]}; revocation cached max_stale=60s;
    redis_timeout 5s; redis_connect_timeout 5s;";
my $nginx = Nginx->new(
    workers => 2,
    realms => {app => $key, open => "$key store_error allow;"},
    server => Everywhere::server(),
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /open { auth_session open; proxy_pass http://backend; }',
);
my $all = Everywhere->new($nginx);
my $number = 0;
my ($late, $now) = (0.7, time);

# A user nobody has heard of.
sub newcomer {
    my $user = 'u' . ++$number;
    return {cookie => cookie(mint({sub => $user, jti => 'j', sid => 's', tenant => "t$user"})), user => $user,
        revoked => "session:revoked:{$user}:j", session => "session:revoked:{$user}:s", stale => "session:stale:{$user}",
        tenant => "session:epoch:t$user", epoch => 'session:epoch'};
}

sub tracking { scalar(() = $redis->cli('CLIENT', 'LIST') =~ / flags=\w*t\w* .* sub=1 /g) }
sub kill_tracking { $redis->cli('CLIENT', 'KILL', 'TYPE', 'pubsub') }

sub ready {
    my $known = newcomer();
    return wait_until { tracking() == 2 && $all->agree('200 valid HIT', '/', $known->{cookie})
        && $all->agree('200 valid HIT', '/open', $known->{cookie}) } 10;
}

# Asks through one worker; the answer of Redis is on its way for a while.
sub begin {
    my ($client, $who, $path) = @_;
    $proxy->mode('delay', 1000 * $late);
    $client->send(Client::format_request('GET', $path // '/', 'Connection: keep-alive', $who->{cookie}));
    sleep 0.15;
    $proxy->mode('pass');
}
sub end { Everywhere::answer($_[0]->response) }

$proxy->only('!CLIENT');
my ($one, $other) = $all->clients;
my @against = (['revoked', 'revoked', 1], ['session', 'revoked', 1], ['stale', 'stale', '*'],
    ['tenant', 'epoch', $now + 3000], ['epoch', 'epoch', $now + 3000]);
for (@against) {
    my ($what, $reason, $value) = @$_;

    # The change is told while the answer is on its way.
    ok ready(), "$what: ready";
    $redis->cli(@$_) for ['SET', 'session:epoch', 1], ['DEL', 'session:epoch'];    # or it would not be asked for
    my $who = newcomer();
    begin($one, $who);
    $redis->cli('SET', $who->{$what}, $value);
    sleep 0.1;
    like end($one), qr/^200 valid MISS$|^401 $reason/, "$what: used once";
    is_deeply [map {/^(\d+ \w+)/} $all->ask('/', $who->{cookie})], [("401 $reason") x 2], "$what: and not kept";
    $redis->cli('DEL', $who->{$what});
    eventually { $all->agree('200 valid', '/', $who->{cookie}) } 3, "$what: an end is seen as well";

    # The other way round: a rejection that is on its way when it ends.
    $who = newcomer();
    $redis->cli('SET', $who->{$what}, $value);
    begin($one, $who);
    $redis->cli('DEL', $who->{$what});
    sleep 0.1;
    like end($one), qr/^401 $reason MISS$/, "$what: what has just ended";
    eventually { $all->agree('200 valid', '/', $who->{cookie}) } 3, "$what: has ended";

    # The connection that tells is lost, the change comes while there is none, the answer after there is another.
    ok ready(), "$what: ready";
    $who = newcomer();
    begin($one, $who);
    kill_tracking();
    $redis->cli('SET', $who->{$what}, $value);
    eventually { tracking() == 2 } 5, "$what: tracked again";
    end($one);
    is_deeply [map {/^(\d+ \w+)/} $all->ask('/', $who->{cookie})], [("401 $reason") x 2],
        "$what: an answer from before is not kept";
    $redis->cli('DEL', $who->{$what});

    # The same with what was known.
    for my $pause (0, 0.1, 0.25) {
        ok ready(), "$what: ready";
        $who = newcomer();
        eventually { $all->agree('200 valid HIT', '/', $who->{cookie}) } 3, "$what: known";
        kill_tracking();
        sleep $pause;
        $redis->cli('SET', $who->{$what}, $value);
        eventually { $all->agree("401 $reason", '/', $who->{cookie}) } 3, "$what: $pause s after a loss";
        wait_until { tracking() == 2 };    # what ends while nobody tells would stay known
        $redis->cli('DEL', $who->{$what});
    }
}

# Who comes when the change has been told gets no answer from before it.
ok ready(), 'ready';
my ($same) = Everywhere->new($nginx)->clients;    # of the same worker as the first
for (@against[0 .. 3]) {
    my ($what, $reason, $value) = @$_;
    my $who = newcomer();
    begin($one, $who);
    $redis->cli('SET', $who->{$what}, $value);
    sleep 0.1;
    $same->send(Client::format_request('GET', '/', 'Connection: keep-alive', $who->{cookie}));
    like end($same), qr/^401 $reason/, "$what: one who comes later asks anew";
    end($one);
}

# An answer from before a loss takes away nothing that was learnt since.
for my $path (qw(/ /open)) {
    ok ready(), 'ready';
    my $who = newcomer();
    begin($one, $who, $path);
    kill_tracking();
    $redis->cli('SET', $who->{$_}, 1) for qw(revoked session);
    eventually { tracking() == 2 } 5, 'tracked again';
    like Everywhere::answer(Everywhere::say_on($other, $path, $who->{cookie})), qr/^401 revoked/, "$path: one knows";
    end($one);
    $proxy->only;
    $proxy->mode('refuse');
    is_deeply [map {/^(\d+ \w+)/} $all->ask($path, $who->{cookie})], [('401 revoked') x 2],
        "$path: and all remember when Redis is away";
    $proxy->mode('pass');
    $proxy->only('!CLIENT');
}

done;
