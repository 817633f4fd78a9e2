# websocket.conf, played by a WebSocket application and its clients: who may open a socket, from which pages, and until
# when it stays.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Example;
use Sessions qw(cookies_of);
use WebSocketApp;

new_key($_) for qw(v1 v2);
my $folder = folder();
mkdir "$folder/session";
write_file("session/$_.key", read_file("$folder/$_.key")) for qw(v1 v2);
my $redis = RedisServer->new;
my $app = WebSocketApp->new;
my $nginx = Example->new(example => 'websocket', redis => $redis, application => $app->address);
my $site = 'https://www.example.com';
my $host = 'Host: www.example.com';

sub kept {
    my $set = cookies_of($_[0]);
    return {map { ($_ => "$_=" . ($set->{$_}{value} // '')) } qw(access_token refresh_token)};
}

# A socket with these cookies, opened by a page of that origin, none being no browser.
sub opened {
    my ($cookie, $origin, %more) = @_;
    my $headers = {Host => 'www.example.com', Cookie => $cookie // '', defined $origin ? (Origin => $origin) : ()};
    return {url => "wss://127.0.0.1:@{[ $nginx->port ]}/socket", headers => $headers, say => ['hello'], %more};
}
sub heard { join ', ', map { join ' ', @$_ } $app->talk(@_) }

# One session for pages and sockets.
my $in = kept($nginx->post('/login?user=42', $host));
my $cookie = $in->{access_token};
is $nginx->get('/', $host, "Cookie: $cookie")->body, 42, 'a page';
is heard(opened($cookie, $site, say => [qw(one two)])), '42: one 42: two', 'a socket, with messages to and fro';
is heard(opened(cookie(mint({sub => '43'}, key => 'v1')) =~ s/^Cookie: //r, $site)), '43: hello', 'by the previous key';

# From which pages.
is heard(map { opened($cookie, $_) } $site, 'https://app.example.com', undef), '42: hello, 42: hello, 42: hello',
    'opened by the own pages, those of "origins", and by no browser';
is heard(map { opened($cookie, $_) } 'https://evil.example', 'null', 'http://www.example.com',
    'https://www.example.com.evil.example'), '403, 403, 403, 403', 'by no other page';
is $nginx->get('/session-status')->json->{realms}{app}{requests}{origin}, 4, 'which is counted';

# Without a session.
is heard(opened(undef, $site), opened('access_token=x', $site)), '401, 401', 'nobody without a session';
is heard(opened('access_token=' . mint({exp => time - 5}, key => 'v2'), $site)), '401', 'nor with one of before';
my @handshake = ('Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-Fetch-Mode: websocket');
my $refused = $nginx->get('/socket', $host, "Origin: $site", @handshake);
is join(' ', $refused->status, $refused->json->{reason}), '401 missing', 'a handshake is not redirected';
is heard(opened('X-User=44', $site, headers => {Host => 'www.example.com', Origin => $site, 'X-User' => 44})), '401',
    'nobody names the user';

# Until when.
my $short = 'access_token=' . mint({exp => time + 6}, key => 'v2');
is heard(opened($short, $site, stay => 1)), '42: hello 4401', 'a socket is closed before its token expires';
eventually { heard(opened($short, $site)) eq '401' } 5, 'and opened no more';
my $refreshed = $nginx->post('/auth/refresh', $host, "Origin: $site", "Cookie: $in->{refresh_token}");
is $refreshed->json->{access_expires_in}, 900, 'a refresh';
my $next = kept($refreshed);
is heard(opened($next->{access_token}, $site)), '42: hello', 'connects again';
my $pid = fork // die "fork: $!";
unless ($pid) {
    sleep 1;
    $nginx->post('/logout', $host, "Origin: $site", "Cookie: $in->{access_token}; $in->{refresh_token}");
    POSIX::_exit(0);
}
is heard(opened($in->{access_token}, $site, stay => 1)), '42: hello 1006', 'a socket is closed by a logout';
waitpid $pid, 0;
my $out = $nginx->post('/logout', $host, "Origin: $site", "Cookie: $next->{access_token}; $next->{refresh_token}");
is $out->json->{success}, JSON::PP::true, 'a logout';
is heard(opened($next->{access_token}, $site)), '401', 'ends it';

done;
