# What the store may answer to a login: what is no whole success is a 503, without a cookie and without half a
# session; a server that has forgotten the script is told it again.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
my $redis = RedisServer->new(users => ['reader on nopass ~* &* +@all -@write -@scripting']);
my $store = FaultProxy->new(target => $redis->port);
my $invented = FaultProxy->new;
my $key = 'key v1 file=v1.key; cookie access_token; revocation off; resign off;';
my $nginx = Nginx->new(
    realms => {app => "$key @{[ $redis->directives ]}", few => "$key session_limit 3; @{[ $redis->directives ]}",
        invented => "$key @{[ $invented->directives ]}", cut => "$key @{[ $store->directives ]} redis_timeout 1s;"
            =~ s/redis_timeout 3s;//r},
    backend => login_backend(),
    locations => join '', map {"location /$_ { session_issue $_; proxy_pass http://backend; }"}
        qw(app few invented cut),
);
sub well { login($nginx, {path => "/$_[0]", user => 'well'})->status == 200 }
sub no_trace { my ($user, $name) = @_; is_deeply [keys_of($redis, "session:*:{$user}*")], [], "$name: no trace" }

sub refused {
    my ($name, $status, $wanted, @headers) = @_;
    my $response = login($nginx, {path => '/app', %$wanted}, @headers);
    is $response->status, $status, "$name: $status";
    is_deeply set_cookies($response), {}, "$name: no cookie";
}

# A real server that cannot, or may not.
my @troubles = (
    ['a replica', [qw(REPLICAOF 127.0.0.1 1)], [qw(REPLICAOF NO ONE)], qr/READONLY/],
    ['a stale replica', [[qw(CONFIG SET replica-serve-stale-data no)], [qw(REPLICAOF 127.0.0.1 1)]],
        [[qw(REPLICAOF NO ONE)], [qw(CONFIG SET replica-serve-stale-data yes)]], qr/MASTERDOWN/],
    ['no memory', [qw(CONFIG SET maxmemory 1)], [qw(CONFIG SET maxmemory 0)], qr/OOM/],
    ['too few replicas', [qw(CONFIG SET min-replicas-to-write 1)], [qw(CONFIG SET min-replicas-to-write 0)],
        qr/NOREPLICAS/],
);
for my $trouble (@troubles) {
    my ($name, $begin, $end, $said) = @$trouble;
    for my $realm (qw(app few)) {
        ok wait_until(sub { well($realm) }, 5), "$name, $realm: well before";
        sleep 1.1;    # errors are logged once a second
        $nginx->forget_log;
        $redis->cli(@$_) for ref $begin->[0] ? @$begin : $begin;
        refused("$name, $realm", 503, {path => "/$realm", user => 'trouble'});
        $redis->cli(@$_) for ref $end->[0] ? @$end : $end;
        like $nginx->log, qr/\[error\].*session: realm "$realm" redis \S+ says: .*$said/,
            "$name, $realm: the log has it";
        no_trace('trouble', "$name, $realm");
    }
}

# Keys of another type, under its own names.
for my $realm (qw(app few)) {
    for my $key (qw(user stale)) {
        $redis->cli('FLUSHALL');
        my @set = $key eq 'user' ? (SET => "session:user:{odd}", 'x') : (LPUSH => "session:stale:{odd}", 'x');
        $redis->cli(@set);
        refused("$key of a wrong type, $realm", 503, {path => "/$realm", user => 'odd'});
        is_deeply [keys_of($redis, 'session:*:{odd}*')], ["session:$key:{odd}"],
            "$key of a wrong type, $realm: no record";
    }
    $redis->cli('FLUSHALL');
    my $before = given(login($nginx, {path => "/$realm", user => 'odd'}));
    my $data = (keys_of($redis, 'session:data:*'))[0];
    $redis->cli('SET', $data, 'x');
    refused("a record of a wrong type, $realm", 503, {path => "/$realm", user => 'odd'}, cookie($before));
    is_deeply [keys_of($redis, 'session:*:{odd}*')], [$data, 'session:user:{odd}'], "and no other, $realm";
    $redis->cli('FLUSHALL');
    for my $mark ('soon', '', '-1', '1.5', '12x') {
        $redis->cli('SET', 'session:stale:{odd}', $mark);
        refused("the mark \"$mark\", $realm", 503, {path => "/$realm", user => 'odd'});
        is_deeply [keys_of($redis, 'session:*:{odd}*')], ['session:stale:{odd}'],
            "the mark \"$mark\", $realm: no record";
    }
    $redis->cli(qw(LPUSH session:epoch x));
    refused("an epoch of a wrong type, $realm", 503, {path => "/$realm", user => 'epoch'});
    $redis->cli(qw(DEL session:epoch));
    no_trace('epoch', "an epoch of a wrong type, $realm");
}

# Forgotten scripts.
$redis->cli('FLUSHALL');
for my $round (1 .. 3) {
    $redis->cli(qw(SCRIPT FLUSH));
    ok given(login($nginx, {path => '/app', user => 'again'})), 'forgotten: told again';
    ok given(login($nginx, {path => '/app', user => 'again', end => 'all', stale => 43})), 'and others with it';
}
is $redis->cli('EXISTS', 'session:stale:{43}'), 1, 'all was done';

# Replies that no server gives, or none that is well.
my %reply = (map { ($_ => 503) } "-NOSCRIPT No matching script\r\n", "-MOVED 1 127.0.0.1:1\r\n",
    "-BUSY Redis is busy\r\n",
    "+OK\r\n", "\$-1\r\n", ":1\r\n", "*0\r\n", "*-1\r\n", "\$7\r\ncreated\r\n", "*1\r\n\$7\r\ncreated\r\n",
    "*2\r\n\$7\r\ncreated\r\n\$1\r\nx\r\n", "*2\r\n\$7\r\ncreated\r\n\$0\r\n\r\n", "*2\r\n\$7\r\ncreated\r\n*0\r\n",
    "*3\r\n\$7\r\ncreated\r\n\$1\r\n1\r\n\$1\r\n1\r\n", "*1\r\n\$5\r\nended\r\n");
$reply{"*1\r\n\$5\r\nstale\r\n"} = $reply{"*1\r\n\$4\r\nfull\r\n"} = 403;
for my $reply (sort keys %reply) {
    $invented->answer({EVALSHA => $reply, EVAL => $reply, '*' => "\$-1\r\n"});
    refused($reply =~ s/\r\n/ /gr, $reply{$reply}, {path => '/invented'});
}
$invented->answer({EVALSHA => "-NOSCRIPT\r\n", EVAL => "*2\r\n\$7\r\ncreated\r\n\$10\r\n1700000000\r\n",
    '*' => "\$-1\r\n"});
my (undef, $claims) = opened(given(login($nginx, {path => '/invented'})));
is $claims->{iat}, 1700000000, 'the time that the store says is that of the token';

# The connection breaks between the first step and the script; behind the script; the worker dies.
my $old = cookie(given(login($nginx, {path => '/cut', user => 'before'})));
sub cut_after {
    my ($user, $first, $then, @headers) = @_;
    $store->mode('delay', 200);
    my $client = $nginx->connect;
    $client->send(Client::format_request('GET', '/cut', grants({user => $user}), @headers));
    sleep $first;
    $then->();
    return $client->response;
}
my $response = cut_after('first', 0.1, sub { $store->mode('silent'); sleep 0.2; $store->cut }, $old);
is_deeply [$response->status, set_cookies($response)], [503, {}], 'cut before the script: no session';
no_trace('first', 'cut before the script');
$store->mode('pass');
ok wait_until(sub { well('cut') }, 5), 'well again';

$response = cut_after('second', 0.3, sub { $store->cut; $store->mode('pass') });
my @sessions = split /\n/, $redis->cli(qw(ZRANGE session:user:{second} 0 -1));
(undef, $claims) = opened(given($response));
is scalar(@sessions), 1, 'cut behind the script: one session';
is $claims->{sid} // 'none', $response->status == 200 ? $sessions[0] : 'none', 'whose cookie was given, or none was';
ok wait_until(sub { well('cut') }, 5), 'well again';

my ($worker) = $nginx->workers;
$response = cut_after('third', 0.3, sub { kill KILL => $worker; $store->mode('pass') });
is $response, undef, 'the worker dies: no answer';
ok wait_until(sub { $nginx->answers && well('cut') }, 5), 'well again, by another worker';
$nginx->allow_log(qr/worker process $worker exited on signal 9/);

done;
