# A response that is still on its way when its session ends is cut, and never looks whole: an event stream, chunked and
# sized downloads, one that HTTP/1.0 ends by closing, a poll without an answer; also by TLS.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use LiveApp;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $app = LiveApp->new;
my $nginx = Nginx->new(
    tls => 1,
    realm => "key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}",
    locations => $app->location('/'),
);

# Begins a request; the client, and what it got of the body once something came.
sub begin {
    my ($path, $user, %option) = @_;
    my $client = $option{tls} ? $nginx->tls_connect : $nginx->connect;
    my $cookie = cookie(mint({sub => $user, sid => "s-$user"}));
    $client->send(Client::format_request('GET', $path, $cookie, 'Connection: keep-alive', \%option));
    $app->tells('begin ' . substr $path, 1) or die "$path does not begin";
    return $client if $path eq '/poll';
    my $end = time + patience(5);
    $client->fill($end) or die "$path sends nothing" until $client->{input} =~ /\r\n\r\n.*more\n\n/s;
    return $client;
}

# How it ended: the bytes at the end of it, and by a reset or not; "open" where it did not.
sub ending {
    my ($client) = @_;
    my $end = time + patience(5);
    my $got;
    $! = 0;
    1 while $got = $client->fill($end);
    return 'open' if time >= $end;
    return defined $got ? 'closed' : "reset $!";
}

for my $tls (0, 1) {
    for my $path (qw(/chunked /events /poll /sized)) {
        my $name = $path . ($tls ? ' by TLS' : '');
        my $user = "u$tls" . substr $path, 1;
        my $client = begin($path, $user, tls => $tls);
        my $other = begin($path, "$user-other", tls => $tls);
        $redis->cli('SET', "session:revoked:{$user}:s-$user", 1);
        isnt ending($client), 'open', "$name: is cut";
        ok $app->tells('end ' . substr $path, 1), "$name: the application hears of it";
        unlike $client->{input}, qr/\r\n0\r\n/, "$name: is not whole";
        if ($path eq '/poll') {
            is $client->{input}, '', "$name: has no answer";
        } else {
            like $client->{input}, qr/\AHTTP\/1\.1 200 /, "$name: has begun";
            ok $other->fill(time + patience(5)), "$name: others go on";
        }
        $other->close;
        $app->tells('end ' . substr $path, 1);
    }
}

# Where the end of the connection is that of the response, it ends by a reset.
for my $tls (0, 1) {
    my $client = begin('/chunked', "old$tls", tls => $tls, version => '1.0');
    $redis->cli('SET', "session:revoked:{old$tls}:s-old$tls", 1);
    like ending($client), qr/^reset/, 'HTTP/1.0: a reset' . ($tls ? ' by TLS' : '');
    ok $app->tells('end chunked'), 'the application hears of it';
}

is scalar($nginx->log_lines('ended: reason=revoked')), 10, 'each is logged';
like $nginx->access_log, qr{^GET /poll 401 revoked $}m, 'one without an answer as if it had been refused';
like $nginx->access_log, qr{^GET /events 200 revoked $}m, 'the others with theirs';

done;
