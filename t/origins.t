# Unsafe methods with a session from a cookie: only from the own origin or a named one. Tokens in headers are free.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $nginx = Nginx->new(
    tls => 1,
    realms => {
        app => 'key v1 file=v1.key; cookie access_token;
            token cookie=access_token; token bearer; token header=X-Token;',
        open => 'key v1 file=v1.key; cookie access_token;
            origins https://www.example.com https://*.shop.example http://localhost:3000;',
    },
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /open { auth_session open; proxy_pass http://backend; }',
);
my $cookie = cookie(mint({}));
my $own = 'Host: www.example.org';

sub is_allowed { is $nginx->post($_[0], $cookie, @{$_[1]})->answer, '200 valid', "POST $_[0]: @{$_[1]}" }
sub is_refused { is $nginx->post($_[0], $cookie, @{$_[1]})->answer, '403 origin', "POST $_[0]: @{$_[1]}" }

is_allowed('/', $_) for (
    [],
    [$own],
    [$own, 'Origin: http://www.example.org'],
    [$own, 'Origin: http://www.example.org:80'],
    [$own, 'Origin: HTTP://WWW.EXAMPLE.ORG'],
    ['Host: www.example.org:8080', 'Origin: http://www.example.org:8080'],
    ['Host: WWW.example.org', 'Origin: http://www.example.org'],
    ['Sec-Fetch-Site: same-origin'],
    ['Sec-Fetch-Site: none'],
    [$own, 'Origin: http://www.example.org', 'Sec-Fetch-Site: same-site'],
);
is_refused('/', $_) for (
    [$own, 'Origin: https://evil.example'],
    [$own, 'Origin: https://www.example.org'],
    [$own, 'Origin: http://example.org'],
    [$own, 'Origin: http://sub.www.example.org'],
    [$own, 'Origin: http://www.example.org.evil.example'],
    [$own, 'Origin: http://www.example.org:8080'],
    [$own, 'Origin: http://www.example.org@evil.example'],
    [$own, 'Origin: http://evil.example/http://www.example.org'],
    [$own, 'Origin: https://www.example.org:80'],
    [$own, 'Origin: null'],
    [$own, 'Origin: www.example.org'],
    [$own, 'Origin: http://'],
    [$own, 'Origin: null', 'Sec-Fetch-Site: same-origin'],
    [$own, 'Origin:'],
    [$own, 'Origin: http://www.example.org', 'Origin: https://evil.example'],
    [$own, 'Origin: https://evil.example', 'Origin: http://www.example.org'],
    ['Sec-Fetch-Site: cross-site'],
    ['Sec-Fetch-Site: same-site'],
    ['Sec-Fetch-Site: nonsense'],
);
is_allowed('/open', $_) for (
    ['Origin: https://www.example.com'],
    ['Origin: https://www.example.com:443'],
    ['Origin: https://a.shop.example'],
    ['Origin: https://a.b.shop.example'],
    ['Origin: http://localhost:3000'],
    [$own, 'Origin: http://www.example.org'],
);
is_refused('/open', $_) for (
    ['Origin: http://www.example.com'],
    ['Origin: http://www.example.com:443'],
    ['Origin: https://www.example.com:8443'],
    ['Origin: https://example.com'],
    ['Origin: https://shop.example'],
    ['Origin: https://evilshop.example'],
    ['Origin: https://shop.example.evil.example'],
    ['Origin: https://*.shop.example'],
    ['Origin: http://localhost:3001'],
    ['Origin: null'],
);

my @evil = ($own, 'Origin: https://evil.example');
is $nginx->request($_, '/', $cookie, @evil)->status, 200, "$_ is safe" for qw(GET HEAD OPTIONS);
is $nginx->request($_, '/', $cookie, @evil)->answer, '403 origin', "$_ is not" for qw(PUT PATCH DELETE PURGE);
is $nginx->post('/', bearer(mint({})), @evil)->status, 200, 'a bearer token is free';
is $nginx->post('/', 'X-Token: ' . mint({}), @evil)->status, 200, 'a token in a header is free';
is $nginx->post('/', $cookie, bearer(mint({sub => 'b'})), @evil)->body, 'b', 'a foreign cookie gives way to a bearer';
is $nginx->post('/', cookie('x'), @evil)->answer, '401 malformed', 'a bad token is that first';
is $nginx->post('/', $cookie, @evil)->header('Set-Cookie'), undef, 'the cookie stays';

my $tls = {tls => 1};
is $nginx->post('/', $tls, $cookie, $own, 'Origin: https://www.example.org')->status, 200, 'by TLS: https';
is $nginx->post('/', $tls, $cookie, $own, 'Origin: http://www.example.org')->answer, '403 origin', 'by TLS: not http';

done;
