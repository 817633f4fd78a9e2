# Who is redirected to the login page and who gets 401: `deny auto`, `redirect`, `status`, with and without `login`.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $key = 'key v1 file=v1.key; cookie access_token;';
my %realm = (auto => 'login /login;', bare => '', redirect => 'login /login; deny redirect;',
    status => 'login /login; deny status;');
my $nginx = Nginx->new(
    realms => {map { $_ => "$key $realm{$_}" } keys %realm},
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realm),
);

my $page = 'Sec-Fetch-Mode: navigate';
my $fetch = 'Sec-Fetch-Mode: cors';
my $html = 'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
my $data = 'Accept: application/json, text/plain, */*';

my @table = (
    # method, headers, then what each realm answers: auto, bare, redirect, status
    ['GET', [$page], 302, 401, 302, 401],
    ['GET', [$page, $html], 302, 401, 302, 401],
    ['GET', [$page, $data], 302, 401, 302, 401],
    ['HEAD', [$page], 302, 401, 302, 401],
    ['GET', [$fetch], 401, 401, 302, 401],
    ['GET', [$fetch, $html], 401, 401, 302, 401],
    ['GET', ['Sec-Fetch-Mode: same-origin', $html], 401, 401, 302, 401],
    ['GET', ['Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image'], 401, 401, 302, 401],
    ['GET', [$html], 302, 401, 302, 401],
    ['HEAD', [$html], 302, 401, 302, 401],
    ['GET', ['Accept: text/html'], 302, 401, 302, 401],
    ['GET', [$data], 401, 401, 302, 401],
    ['GET', ['Accept: */*'], 401, 401, 302, 401],
    ['GET', [], 401, 401, 302, 401],
    ['HEAD', [], 401, 401, 302, 401],
    ['POST', [$page], 303, 401, undef, 401],
    ['POST', [$html], 303, 401, undef, 401],
    ['POST', [$fetch, $html], 401, 401, 401, 401],
    ['POST', [$data], 401, 401, 401, 401],
    ['PUT', [], 401, 401, 401, 401],
    ['DELETE', [$fetch], 401, 401, 401, 401],
    ['OPTIONS', [], 401, 401, 401, 401],
);
for my $case (@table) {
    my ($method, $headers, @expected) = @$case;
    for my $realm (qw(auto bare redirect status)) {
        my $status = shift @expected // next;
        my $response = $nginx->request($method, "/$realm/x", @$headers);
        my $name = join ' ', $realm, $method, map { substr $_, 0, 30 } @$headers;
        is $response->status, $status, $name;
        my $to = ($response->header('Location') // '') =~ s{^http://localhost(:\d+)?/}{/}r;
        is $to, $status =~ /^3/ ? '/login' : '', "$name: where to";
        is $response->header('Cache-Control'), 'no-store', "$name: not to be stored";
    }
}

my $token = mint({});
is $nginx->navigate('/auto', cookie($token))->status, 200, 'a session is not redirected';
for my $bad ('x', tamper($token), mint({exp => 1}), mint({nbf => time + 1000}), mint({sub => undef})) {
    is $nginx->navigate('/auto', cookie($bad))->status, 302, 'nor anybody else let in';
}
my $forged = $nginx->post('/auto', $page, cookie($token), 'Origin: https://evil.example');
is $forged->answer, '403 origin', 'a forged form is not sent to the login page';

done;
