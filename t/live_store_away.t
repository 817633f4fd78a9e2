# A store that is away ends no connection, but for what this instance knows to be revoked and for tokens that expire; once
# it is back, what was missed counts. A server that does not tell what changes is asked every `max_stale`.
use FindBin;
use lib "$FindBin::Bin/lib";
use Admin;
use Kit;
use LiveApp;

new_key('v1');
my $app = LiveApp->new;
sub session { cookie(mint({sub => $_[0], sid => "s-$_[0]", @_[1 .. $#_]})) }

for my $mode ('', 'revocation strict;') {
    my $redis = RedisServer->new;
    my $nginx = Nginx->new(
        workers => 2,
        realm => "key v1 file=v1.key; cookie access_token; $mode @{[ $redis->directives ]}",
        locations => $app->location('/') . 'location = /status { session_status; }
            location /admin/ { session_admin app write=on; }',
    );
    my $sockets = $app->sockets;
    my $short = time + 8;
    is $sockets->open($nginx->port, '/socket', session('a')), 'open', "$mode opened";
    is $sockets->open($nginx->port, '/socket', session('b')), 'open', 'another';
    is $sockets->open($nginx->port, '/socket', session('c', exp => $short)), 'open', 'one that expires';
    eventually { $nginx->get('/status')->json->{realms}{app}{live}{open} == 3 } 5, 'all are watched';

    $redis->pause;
    is $sockets->event(2, 12), 'closed 1006', 'the store hangs: what expires ends';
    cmp_ok time, '>=', $short, 'in its time';
    is $sockets->say(0, 'x'), 'said a: x', 'the others go on';
    $redis->resume;
    sleep 0.5;
    $redis->kill;
    ok $nginx->wait_for_log(qr/lost/, 10), 'the store is lost';
    sleep 2.5;
    is $sockets->say(0, 'x'), 'said a: x', 'they go on';
    $redis->start;
    eventually { $nginx->get('/', session('b'))->status == 200 } 20, 'the store is back';
    is $sockets->say(1, 'x'), 'said b: x', 'without a word against them';
    $redis->cli('SET', 'session:revoked:{a}:s-a', 1);
    is $sockets->event(0, 10), 'closed 1006', 'then a revocation counts';
    is $sockets->say(1, 'x'), 'said b: x', 'for no others';
    undef $sockets;
    $nginx->allow_log(qr/\[crit\].*(?:emptied|replaced|another|flushed)/i);
}

# Without leave to track there is nobody to tell.
my $redis = RedisServer->new(config => ['rename-command CLIENT ""']);
for my $mode ('revocation cached max_stale=1s;', 'revocation strict;') {
    my $nginx = Nginx->new(
        realm => "key v1 file=v1.key; cookie access_token; $mode @{[ $redis->directives ]}",
        locations => $app->location('/'),
    );
    my $sockets = $app->sockets;
    is $sockets->open($nginx->port, '/socket', session("$mode-a")), 'open', "$mode no tracking: opened";
    is $sockets->open($nginx->port, '/socket', session("$mode-b")), 'open', 'another';
    sleep 0.3;
    $redis->cli('SET', "session:revoked:{$mode-a}:s-$mode-a", 1);
    is $sockets->event(0, 6), 'closed 1006', 'it is asked again';
    is $sockets->say(1, 'x'), "said $mode-b: x", 'and so are others, which go on';
    undef $sockets;
}

done;
