# cross-site-spa.conf, played: a page of another site logs in, calls the API, refreshes and logs out, with cookies that
# are partitioned; other pages get nothing and read nothing.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Example;
use Sessions qw(cookies_of);

new_key($_) for qw(v1 v2);
my $folder = folder();
mkdir "$folder/session";
write_file("session/$_.key", read_file("$folder/$_.key")) for qw(v1 v2);
my $redis = RedisServer->new;
my $nginx = Example->new(example => 'cross-site-spa', redis => $redis, echo => '$http_x_user');

my $host = 'Host: api.example.net';
my @page = ($host, 'Origin: https://app.example.com', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: cors');
my @evil = ($host, 'Origin: https://evil.example', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: cors');
my @cors = map {"Access-Control-$_"} qw(Allow-Origin Allow-Credentials Allow-Methods Allow-Headers Max-Age);
my ($access, $refresh) = qw(__Host-access __Secure-refresh);

sub cors { my ($answer) = @_; [map { scalar $answer->header($_) } @cors] }
my $readable = ['https://app.example.com', 'true', undef, undef, undef];
my $unreadable = [(undef) x 5];

# What the browser sends to /auth/, and to the API.
sub kept {
    my $set = cookies_of($_[0]);
    my %pair = map { ($_ => "$_=" . ($set->{$_}{value} // '')) } $access, $refresh;
    return {set => $set, refresh => "Cookie: $pair{$refresh}", access => "Cookie: $pair{$access}",
        both => "Cookie: $pair{$access}; $pair{$refresh}"};
}
sub deals { my ($method, @headers) = @_; $nginx->request($method, '/deals', @headers) }

# Preflights.
my @asks = ('Access-Control-Request-Method: PUT', 'Access-Control-Request-Headers: content-type');
for my $path (qw(/deals /auth/login /auth/refresh /auth/logout /auth/health)) {
    my $answer = $nginx->request('OPTIONS', $path, @page, @asks);
    is $answer->status, 204, "a preflight of $path";
    is_deeply cors($answer), ['https://app.example.com', 'true', 'GET, POST, PUT, PATCH, DELETE', 'Content-Type', 600],
        'is told what it may';
}
is_deeply cors($nginx->request('OPTIONS', '/deals', @evil, @asks)), $unreadable, 'that of another page is told nothing';
is deals('OPTIONS', @page)->status, 401, 'OPTIONS alone is judged';

# A login.
is $nginx->post('/auth/login?user=42', @evil)->status, 403, 'another page logs nobody in';
is $nginx->post('/auth/login?user=42', $host)->status, 403, 'nor does one that does not say where it is';
my $login = $nginx->post('/auth/login?user=42', @page);
is_deeply cors($login), $readable, 'the page may read the answer';
my $in = kept($login);
is_deeply [map { my $cookie = $in->{set}{$_}; [@$cookie{qw(path samesite max-age)},
    map { exists $cookie->{$_} ? 1 : 0 } qw(secure httponly partitioned domain)] } $access, $refresh],
    [['/', 'None', 900, 1, 1, 1, 0], ['/auth/', 'None', 604800, 1, 1, 1, 0]], 'cookies for pages of another site';

# Calls.
my $call = deals('GET', @page, $in->{access});
is $call->body, 42, 'a call';
is_deeply cors($call), $readable, 'that the page may read';
is $call->header('Vary'), 'Origin', 'and a cache knows for whom';
is deals('PUT', @page, $in->{access})->status, 200, 'one that writes';
my $foreign = deals('PUT', @evil, $in->{access});
is $foreign->json->{reason}, 'origin', 'not by another page';
is_deeply cors($foreign), $unreadable, 'which cannot read why';
is_deeply cors(deals('GET', @evil, $in->{access})), $unreadable, 'nor what a plain call says';

# The access token is too old, or gone with its cookie.
my $late = deals('GET', @page, cookie(mint({exp => time - 5}, key => 'v2', kid => 'v2'), $access));
is join(' ', $late->status, $late->json->{reason}), '401 expired', 'a call too late';
is_deeply cors($late), $readable, 'the page may read that';
is deals('GET', @page, 'Accept: text/html')->status, 401, 'never a redirect';
is $nginx->post('/auth/refresh', @evil, $in->{refresh})->json->{reason}, 'origin', 'another page refreshes nothing';
my $refreshed = $nginx->post('/auth/refresh', @page, $in->{refresh});
is_deeply $refreshed->json, {access_expires_in => 900, refresh_expires_in => 604800}, 'a refresh';
is_deeply cors($refreshed), $readable, 'that the page may read';
my $now = kept($refreshed);
ok exists $now->{set}{$_}{partitioned}, "$_ stays partitioned" for $access, $refresh;
is deals('GET', @page, $now->{access})->body, 42, 'and calls go on';
is kept($nginx->post('/auth/refresh', @page, $in->{refresh}))->{refresh}, $now->{refresh},
    'another tab at the same time gets the same';
is $nginx->get('/auth/health', @page, $now->{access})->json->{authenticated}, JSON::PP::true, 'health';

# A logout.
is $nginx->post('/auth/logout', @evil, $now->{both})->status, 403, 'another page logs nobody out';
my $out = $nginx->post('/auth/logout', @page, $now->{both});
is $out->json->{success}, JSON::PP::true, 'a logout';
is_deeply cors($out), $readable, 'that the page may read';
my $deleted = cookies_of($out);
is_deeply [map { [@{$deleted->{$_}}{qw(value path max-age)}, exists $deleted->{$_}{partitioned}] } $access, $refresh],
    [['', '/', 0, 1], ['', '/auth/', 0, 1]], 'deletes both, where they are';
is deals('GET', @page, $now->{access})->json->{reason}, 'revoked', 'the access token is out';
is $nginx->post('/auth/refresh', @page, $now->{refresh})->json->{reason}, 'revoked', 'and the refresh token';

# Without Redis.
my $text = read_file("$FindBin::Bin/../conf-examples/cross-site-spa.conf") =~ s/^ *redis .*$//mr;
my $alone = Example->new(text => $text, echo => '$http_x_user');
my $own = kept($alone->post('/auth/login?user=42', @page));
is $alone->get('/deals', @page, $own->{access})->body, 42, 'without Redis: a login';
is $alone->post('/auth/refresh', @page, $own->{refresh})->status, 200, 'without Redis: a refresh';
is $alone->post('/auth/logout', @page, $own->{both})->status, 200, 'without Redis: a logout';
is $alone->get('/deals', @page, $own->{access})->json->{reason}, 'revoked', 'without Redis: the end';

done;
